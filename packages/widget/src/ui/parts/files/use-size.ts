import { useView } from '../../context.ts';

const KB = 1024;

/** `1.4 MB`, in the visitor's numerals. */
export function useSize(): (bytes: number) => string {
  const { tag } = useView((view) => view.language);
  return (bytes) => {
    const [unit, value] =
      bytes < KB * KB
        ? ['kilobyte', Math.max(1, Math.round(bytes / KB))]
        : ['megabyte', bytes / KB / KB];
    const digits = { maximumFractionDigits: 1 };
    return new Intl.NumberFormat(tag, { style: 'unit', unit: String(unit), ...digits }).format(
      Number(value),
    );
  };
}
