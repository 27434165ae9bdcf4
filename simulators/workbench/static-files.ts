import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.woff2': 'font/woff2', '.wav': 'audio/wav', '.mp3': 'audio/mpeg', '.ogg': 'audio/ogg',
};

const OWN_FILES = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'"];
/** Nothing inline, nothing from elsewhere; the kiosk may stand in a frame of ours, the workbench in none. */
export const WORKBENCH_POLICY = [...OWN_FILES, "frame-src 'self'", "frame-ancestors 'none'"].join('; ');
export const KIOSK_POLICY = [...OWN_FILES, "media-src 'self'", "frame-ancestors 'self'"].join('; ');

export interface StaticFile {
  readonly bytes: Buffer;
  readonly contentType: string;
}

/** A file of a built page; null when there is none, it is of no kind that a page has, or the path leads out of the folder. `/` is `index.html`. */
export async function readStaticFile(folder: string, urlPath: string): Promise<StaticFile | null> {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (path.includes('\0')) return null;
  const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
  const contentType = CONTENT_TYPES[extname(file)];
  if (!file.startsWith(folder + sep) || contentType === undefined) return null;
  try {
    return { bytes: await readFile(file), contentType };
  } catch {
    return null;
  }
}
