/** Choosing, bringing and drawing files. */
export const loadFiles = () => import('./parts/files.tsx');
