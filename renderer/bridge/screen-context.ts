import { createContext, useContext } from 'react';
import type { IntentKind, IntentOf } from '../../main/contracts/intent.ts';
import type { Language } from '../../main/contracts/languages.ts';
import type { ScreenFrame } from '../../main/contracts/screen-model.ts';

/** An intent without its revision; the page adds that of the screen it shows. */
export type Touch = { [Kind in IntentKind]: Omit<IntentOf<Kind>, 'revision'> }[IntentKind];

export interface ScreenContext {
  readonly frame: ScreenFrame;
  /** Sends at most one intent per revision (but activity); touches during a transition are dropped. */
  readonly send: (touch: Touch) => void;
  readonly allows: (kind: IntentKind) => boolean;
}

export const screenContext = createContext<ScreenContext | null>(null);

export function useScreen(): ScreenContext {
  const context = useContext(screenContext);
  if (context === null) throw new Error('a part outside of a screen');
  return context;
}

export function useLanguage(): Language {
  return useScreen().frame.language;
}

