import type { App, BrowserWindow, Session } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';
import { isShortcut } from './keyboard-shortcuts.ts';

/**
 * Before 'ready'. No host name resolves, so that nothing in the window can reach a network even when everything else failed;
 * the switches take away gestures by which a customer leaves the page.
 */
export function lockProcess(app: App): void {
  for (const [name, value] of [
    ['host-resolver-rules', 'MAP * ~NOTFOUND'],
    ['disable-background-networking', ''],
    ['disable-component-update', ''],
    ['disable-pinch', ''],
    ['overscroll-history-navigation', '0'],
    ['disable-features', 'Translate,MediaRouter,AutofillServerCommunication'],
    ['autoplay-policy', 'no-user-gesture-required'],
  ] as const) {
    if (value === '') app.commandLine.appendSwitch(name);
    else app.commandLine.appendSwitch(name, value);
  }
  // enableSandbox() overrides --no-sandbox and then crash-loops as root (a build machine); a kiosk runs as its own user.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
}

/** No permission, no download, and no request of the page but to our own protocol. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isOwnAddress(details.url) });
  });
}

/** Everything that any contents could open or become. Also for contents that nobody meant to make. */
export function lockContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => { if (!isOwnPage(event.url)) event.preventDefault(); });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => { if (!isOwnPage(event.url)) event.preventDefault(); });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('select-bluetooth-device', (event) => event.preventDefault());
    contents.on('login', (event) => event.preventDefault());
  });
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault();
    answer(false);
  });
}

/** Zoom, context menu and the keyboard's shortcuts: a keyboard types, it does not command. */
export function lockWindow(window: BrowserWindow): void {
  window.removeMenu();
  window.webContents.on('context-menu', (event) => event.preventDefault());
  window.webContents.on('before-input-event', (event, input) => {
    if (isShortcut(input)) event.preventDefault();
  });
  window.webContents.on('zoom-changed', (event) => event.preventDefault());
  window.webContents.on('did-finish-load', () => {
    window.webContents.setZoomFactor(1);
    void window.webContents.setVisualZoomLevelLimits(1, 1);
  });
}

function isOwnAddress(address: string): boolean {
  return address.startsWith(`${APP_ORIGIN}/`) || address.startsWith('data:');
}

/** A reload of the one page is the only navigation there is. */
function isOwnPage(address: string): boolean {
  return address === `${APP_ORIGIN}/`;
}
