import './theme/fonts.css';
import './theme/kiosk.css';
import './theme/parts.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { browserBridge } from './bridge/browser-bridge.ts';
import type { ShellBridge } from '../main/contracts/core-socket.ts';
import { loadCustomerScreens } from './screens/screen-view.tsx';
import { applyTokens } from './theme/apply-tokens.ts';

declare global {
  interface Window {
    /** Offered by the shell's preload; absent in a browser. */
    readonly qolma?: ShellBridge;
  }
}

applyTokens();
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App bridge={window.qolma ?? browserBridge()} />);
// Two frames on, the first picture is on the display. A page that cannot fetch its own files is seen by the screen that then does not come.
requestAnimationFrame(() => requestAnimationFrame(() => void loadCustomerScreens().catch(() => {})));
