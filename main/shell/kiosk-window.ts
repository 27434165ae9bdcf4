import { BrowserWindow, screen, type Session } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';
import { lockWindow } from './lockdown.ts';
import { type ProfileName, PROFILES, profileForDisplay, type ShellOptions } from './shell-options.ts';

/** The theme's page background, so that no white flash is seen before the first paint. */
const BACKGROUND = '#F3F1EA';
/** A renderer that dies at once on each reload is reloaded more and more slowly, never given up. */
const CONSOLE_LEVEL_ERROR = 3;
const RELOAD_DELAY_MS_MIN = 200;
const RELOAD_DELAY_MS_MAX = 10_000;
const STABLE_AFTER_MS = 30_000;

type OnEvent = (event: string, fields: Record<string, string | number>) => void;

export interface KioskWindowParts {
  readonly options: ShellOptions;
  readonly session: Session;
  readonly preloadFile: string;
  readonly onEvent: OnEvent;
}

export interface KioskWindow {
  readonly window: BrowserWindow;
  readonly profile: ProfileName;
}

/** Opens the one window: in a kiosk all of the display, else the profile's size, exactly. */
export function openKioskWindow({ options, session, preloadFile, onEvent }: KioskWindowParts): KioskWindow {
  const display = screen.getPrimaryDisplay();
  const profile = options.profile ?? profileForDisplay(display.size.width, display.size.height);
  const { widthPx, heightPx } = PROFILES[profile];
  const size = options.isKiosk ? { ...display.bounds, kiosk: true } : { width: widthPx, height: heightPx, useContentSize: true };
  const window = new BrowserWindow({
    ...size,
    show: true,
    frame: !options.isKiosk,
    resizable: !options.isKiosk,
    autoHideMenuBar: true,
    enableLargerThanScreen: true,
    backgroundColor: BACKGROUND,
    title: 'Qolma',
    webPreferences: {
      session,
      preload: preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      devTools: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      disableDialogs: true,
      disableBlinkFeatures: 'Auxclick',
      backgroundThrottling: false,
    },
  });
  if (!options.isKiosk) window.setContentSize(widthPx, heightPx);
  lockWindow(window);
  if (options.isKiosk) hideCursor(window);
  reloadAfterCrash(window, onEvent);
  void window.loadURL(`${APP_ORIGIN}/`);
  return { window, profile };
}

/** Fingers need no arrow; an inserted style sheet is not subject to the page's policy. */
function hideCursor(window: BrowserWindow): void {
  window.webContents.on('did-finish-load', () => {
    void window.webContents.insertCSS('*, *::before, *::after { cursor: none !important; }', { cssOrigin: 'user' });
  });
}

function reloadAfterCrash(window: BrowserWindow, onEvent: OnEvent): void {
  let delayMs = RELOAD_DELAY_MS_MIN;
  let loadedAtMs = performance.now();
  const reload = (): void => {
    if (performance.now() - loadedAtMs > STABLE_AFTER_MS) delayMs = RELOAD_DELAY_MS_MIN;
    setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload();
    }, delayMs);
    delayMs = Math.min(delayMs * 2, RELOAD_DELAY_MS_MAX);
  };
  window.webContents.on('did-finish-load', () => { loadedAtMs = performance.now(); });
  window.webContents.on('render-process-gone', (_event, details) => {
    onEvent('shell.renderer.gone', { reason: details.reason, exitCode: details.exitCode, reloadDelayMs: delayMs });
    reload();
  });
  window.webContents.on('did-fail-load', (_event, errorCode, description, _url, isMainFrame) => {
    if (!isMainFrame) return;
    onEvent('shell.page.notLoaded', { errorCode, description, reloadDelayMs: delayMs });
    reload();
  });
  // A fault of the page for whoever reads the log: which line of which file. The words stay behind, they could quote what was typed.
  window.webContents.on('console-message', (event, level, _message, line, sourceId) => {
    // Electron before 35 says all this beside the event, in numbers.
    if (event.level === 'error' || level === CONSOLE_LEVEL_ERROR) onEvent('shell.page.error', { file: (event.sourceId ?? sourceId).slice(-80), line: event.lineNumber ?? line });
  });
  window.on('unresponsive', () => {
    onEvent('shell.renderer.unresponsive', {});
    window.webContents.forcefullyCrashRenderer(); // comes back through render-process-gone
  });
}
