import { useEffect, useState } from 'preact/hooks';

/** Whether a media query holds, also once a phone is turned or a window made smaller. */
export function useMedia(query: string): boolean {
  const [media] = useState(() => matchMedia(query));
  const [isMet, set] = useState(media.matches);
  useEffect(() => {
    media.onchange = () => set(media.matches);
    return () => {
      media.onchange = null;
    };
  }, []);
  return isMet;
}
