/**
 * Entry of the Electron shell: one locked window on what the core says. No business rule, no amounts; when it dies, the core goes on
 * and the next shell shows the same screen.
 */
import { app, session } from 'electron';
import { join } from 'node:path';
import { registerAppScheme, serveRenderer } from './app-protocol.ts';
import { BRIDGE } from './bridge-channels.ts';
import { connectToCore } from './core-link.ts';
import { openKioskWindow } from './kiosk-window.ts';
import { lockContents, lockProcess, lockSession } from './lockdown.ts';
import { bridgePage } from './page-bridge.ts';
import { OptionError, readShellOptions, type ShellOptions } from './shell-options.ts';

/** Without `persist:` a session is kept in memory alone: nothing of a customer outlives the process. */
const MEMORY_PARTITION = 'kiosk';

/** One JSON object a line; the supervisor puts our name before it. */
function writeLine(event: string, fields: Record<string, string | number>): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

function open(options: ShellOptions): void {
  const memorySession = session.fromPartition(MEMORY_PARTITION);
  lockSession(memorySession);
  serveRenderer(memorySession.protocol, join(import.meta.dirname, '..', 'renderer'));
  const { window, profile } = openKioskWindow({ options, session: memorySession, preloadFile: join(import.meta.dirname, 'preload.cjs'), onEvent: writeLine });
  const page = window.webContents;
  const core = connectToCore({
    runFolder: options.runFolder,
    onScreen: (model) => { if (!page.isDestroyed()) page.send(BRIDGE.screen, model); },
    onEvent: writeLine,
  });
  bridgePage({ page, core, onEvent: writeLine, onPainted: reportFirstPaint });
  writeLine('shell.window.opened', { profile, kiosk: options.isKiosk ? 1 : 0, electron: process.versions.electron });
  app.on('second-instance', () => window.focus());
  window.on('closed', () => { core.close(); app.quit(); });
}

/** With QOLMA_TIMING=1: from the start of the process to the first content on the screen. */
function reportFirstPaint(paintedUtcMs: number): void {
  const startedUtcMs = process.getCreationTime();
  if (process.env.QOLMA_TIMING === '1' && startedUtcMs !== null) writeLine('shell.firstPaint', { ms: Math.round(paintedUtcMs - startedUtcMs) });
}

function run(): void {
  let options: ShellOptions;
  try {
    options = readShellOptions(process.argv, app.isPackaged);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    process.stderr.write(`shell: ${error.message}\n`);
    app.exit(2);
    return;
  }
  // Chromium's own files; also what the single-instance lock is about: one window for each terminal.
  app.setPath('userData', join(options.runFolder, 'shell'));
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write('shell: another window of this terminal is open already\n');
    app.exit(3);
    return;
  }
  lockProcess(app);
  lockContents(app);
  registerAppScheme();
  process.on('SIGTERM', () => app.quit());
  // Never awaited at the top level: 'ready' waits for this module.
  void app.whenReady().then(() => open(options));
}

run();
