import { createHash } from 'node:crypto';

/** Weakest first: of several only the strongest counts (Subresource Integrity, 3.3). */
const ALGORITHMS = ['sha256', 'sha384', 'sha512'];

/** Whether a browser accepts the file under this `integrity`; one that names no hash it knows holds it to nothing. */
export function isWhole(file: Uint8Array, integrity: string): boolean {
  const said = integrity
    .trim()
    .split(/\s+/)
    .map((hash) => /^(sha\d+)-([^?]+)/i.exec(hash))
    .map((parts) => ({ algorithm: parts?.[1]?.toLowerCase() ?? '', digest: parts?.[2] ?? '' }));
  const strongest = ALGORITHMS.findLast((name) => said.some(({ algorithm }) => algorithm === name));
  if (!strongest) return true;
  const right = createHash(strongest).update(file).digest('base64');
  return said.some(({ algorithm, digest }) => algorithm === strongest && digest === right);
}
