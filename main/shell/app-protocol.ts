import { protocol, type Protocol } from 'electron';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';
import { fileForUrl } from './file-for-url.ts';

export const APP_SCHEME = 'app';
export const APP_ORIGIN = 'app://kiosk';

/** What the renderer is made of; anything else is not served. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
};

/** Must run before 'ready': only then can a scheme become standard and secure. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** Serves the built renderer as `app://kiosk/…`; whatever is not a known kind of file below `rendererFolder` is 404. */
export function serveRenderer(sessionProtocol: Protocol, rendererFolder: string): void {
  sessionProtocol.handle(APP_SCHEME, async (request) => {
    const file = request.method === 'GET' ? fileForUrl(rendererFolder, request.url) : null;
    const contentType = file === null ? undefined : CONTENT_TYPES[extname(file)];
    if (file === null || contentType === undefined) return new Response(null, { status: 404 });
    try {
      const headers = { 'Content-Type': contentType, 'Content-Security-Policy': CONTENT_SECURITY_POLICY, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-cache' };
      return new Response(new Uint8Array(await readFile(file)), { headers });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}
