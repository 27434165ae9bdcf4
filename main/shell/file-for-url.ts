import { join, normalize, sep } from 'node:path';

/**
 * The file that an address of our own protocol names, or null for another host, a bad address or a way out of the folder.
 * @param rendererFolder  absolute
 */
export function fileForUrl(rendererFolder: string, address: string): string | null {
  let path: string;
  try {
    const url = new URL(address);
    if (url.protocol !== 'app:' || url.host !== 'kiosk') return null;
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (path.includes('\0')) return null;
  const file = normalize(join(rendererFolder, path === '/' ? 'index.html' : path));
  return file.startsWith(normalize(rendererFolder) + sep) ? file : null;
}
