import { fill } from '../../../i18n/languages.ts';
import { useView } from '../../context.ts';

const en = {
  files: 'Files',
  remove: 'Remove {name}',
  tryAgain: 'Try again',
  due: 'Sent as soon as it is there',
  sending: 'On its way',
  lost: 'Not sent. Please choose it again.',
  failed: 'It could not be sent.',
  empty: 'This file is empty.',
  file_too_large: 'Too large. {max} at most.',
  picture_too_large: 'The picture has too many pixels.',
  too_long: 'Ten files at a time.',
  file_type_not_allowed: 'Files of this kind are not accepted.',
  file_content_mismatch: 'The file is damaged, or not what its name says.',
  file_blocked: 'Held back: the file looks harmful.',
  quota_exceeded: 'There is no room for more files here.',
  forbidden: 'Files are not accepted here.',
  open: 'Open {name}',
  download: 'Download {name}',
  file: 'File',
};

export type Words = typeof en;

const ar: Words = {
  files: 'الملفات',
  remove: 'إزالة {name}',
  tryAgain: 'أعد المحاولة',
  due: 'يُرسل فور اكتماله',
  sending: 'في الطريق',
  lost: 'لم يُرسل. يُرجى اختياره من جديد.',
  failed: 'تعذّر إرساله.',
  empty: 'هذا الملف فارغ.',
  file_too_large: 'كبير جدًا. الحد الأقصى {max}.',
  picture_too_large: 'أبعاد الصورة كبيرة جدًا.',
  too_long: 'عشرة ملفات في المرة الواحدة.',
  file_type_not_allowed: 'لا تُقبل ملفات من هذا النوع.',
  file_content_mismatch: 'الملف تالف، أو ليس كما يقول اسمه.',
  file_blocked: 'حُجز: يبدو الملف ضارًا.',
  quota_exceeded: 'لا يوجد متسع لمزيد من الملفات هنا.',
  forbidden: 'لا تُقبل الملفات هنا.',
  open: 'فتح {name}',
  download: 'تنزيل {name}',
  file: 'ملف',
};

export const languages: Record<string, Words> = { en, ar };

/** Only this part shows them, so they come with it. */
export function useWords(): (key: keyof Words, values?: Record<string, string>) => string {
  const { tag } = useView((view) => view.language);
  const words = languages[tag.toLowerCase().split('-')[0] ?? ''] ?? en;
  return (key, values = {}) => fill(words[key], values, tag);
}

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
