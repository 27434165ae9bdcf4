import '../theme/fonts.css';
import '../theme/kiosk.css';
import '../theme/parts.css';
import '../theme/service.css';
import { createRoot } from 'react-dom/client';
import { INTENT_KINDS } from '../../main/contracts/intent.ts';
import { LANGUAGES } from '../../main/contracts/languages.ts';
import type { ScreenModel } from '../../main/contracts/screen-model.ts';
import { App } from '../app.tsx';
import { applyTokens } from '../theme/apply-tokens.ts';
import type { LayoutRules } from './layout-faults.ts';
import { layoutFaults } from './layout-faults.ts';
import { SAMPLE_NAMES, sampleOf } from './samples.ts';

declare global {
  interface Window {
    /** For the test that walks the screens. */
    readonly gallery: {
      readonly samples: readonly string[];
      /** Resolves when the screen has been drawn, its own chunk included. */
      show(search: string): Promise<void>;
      faults(rules: LayoutRules): readonly string[];
    };
  }
}

const TIME_LIMIT = { remainingMs: 84_000, totalMs: 120_000 };
let revision = 0;

/** `?sample=cash-in/empty&language=kk&theme=high-contrast&text=large&reach=low` as the model of one screen. */
function modelOf(search: string): ScreenModel {
  const wish = new URLSearchParams(search);
  const { shown, ...screen } = sampleOf(wish.get('sample') ?? '') ?? { screen: 'maintenance' as const, data: {}, shown: {} };
  return {
    revision: ++revision,
    language: LANGUAGES.find((language) => language === wish.get('language')) ?? 'kk',
    terminal: { number: '0427', helpNumber: '0000' },
    display: { lowReach: wish.get('reach') === 'low', largeText: wish.get('text') === 'large', highContrast: wish.get('theme') === 'high-contrast', voice: false },
    timeLimit: shown.timeLimit === undefined ? TIME_LIMIT : shown.timeLimit,
    intents: [...INTENT_KINDS],
    toast: shown.toast ?? null,
    beneath: shown.beneath ?? null,
    ...screen,
  };
}

applyTokens();
const host = document.getElementById('root');
if (host !== null) {
  const root = createRoot(host);
  /** A fresh page for each sample: nothing typed in one is seen in the next. */
  const draw = (search: string) => {
    const model = modelOf(search);
    const bridge = {
      onScreen: (listener: (model: unknown) => void) => {
        listener(model);
        return () => undefined;
      },
      sendIntent: () => undefined,
      reportShown: (shown: number) => {
        document.documentElement.dataset['shown'] = String(shown);
      },
    };
    delete document.documentElement.dataset['shown'];
    root.render(<App key={model.revision} bridge={bridge} />);
  };
  const isDrawn = () => document.documentElement.dataset['shown'] === String(revision) && document.querySelector('.connecting') === null;
  const show = async (search: string) => {
    draw(search);
    while (!isDrawn()) await new Promise((resolve) => requestAnimationFrame(resolve));
  };
  Object.defineProperty(window, 'gallery', { value: { samples: SAMPLE_NAMES, show, faults: layoutFaults } });
  draw(location.search);
}
