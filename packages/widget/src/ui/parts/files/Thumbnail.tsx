import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  file: Blob;
  width: number;
  height: number;
  label?: string;
}

/** A picture of this page, drawn without an address: no policy has to allow one. */
export function Thumbnail({ file, width, height, label }: Props): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isOver = false;
    const scale = globalThis.devicePixelRatio || 1;
    const draw = async () => {
      const bitmap = await createImageBitmap(file);
      const board = canvas.current;
      if (isOver || !board) return bitmap.close();
      const fit = Math.max((width * scale) / bitmap.width, (height * scale) / bitmap.height);
      board.width = width * scale;
      board.height = height * scale;
      const [w, h] = [bitmap.width * fit, bitmap.height * fit];
      board
        .getContext('2d')
        ?.drawImage(bitmap, (board.width - w) / 2, (board.height - h) / 2, w, h);
      bitmap.close();
    };
    // One that cannot be drawn stays a plain field; the relay will say what is wrong with it.
    draw().catch(() => {});
    return () => {
      isOver = true;
    };
  }, [file, width, height]);
  return (
    <canvas
      ref={canvas}
      class="thumbnail"
      width={width}
      height={height}
      role={label ? 'img' : 'presentation'}
      aria-label={label}
    />
  );
}
