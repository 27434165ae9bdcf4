/* global Response */
// The smallest window that shows the gallery of screens: sandboxed like the shell's, its pages on a scheme of its own (modules do not load from file:).
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { app, BrowserWindow, protocol } from 'electron';

const FOLDER = join(import.meta.dirname, '../../../dist/gallery');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' };

protocol.registerSchemesAsPrivileged([{ scheme: 'gallery', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
if (process.getuid?.() !== 0) app.enableSandbox();
// No top-level await: Electron is not ready before this module has ended.
void app.whenReady().then(async () => {
  protocol.handle('gallery', async ({ url }) => {
    const file = normalize(new URL(url).pathname);
    return new Response(await readFile(join(FOLDER, file)), { headers: { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' } });
  });
  const window = new BrowserWindow({ width: 1080, height: 1920, useContentSize: true, frame: false, webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false } });
  await window.loadURL('gallery://screens/gallery.html');
});
