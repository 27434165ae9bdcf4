import type { Screen, ScreenData, ScreenFrame, ScreenId } from '../../main/contracts/screen-model.ts';
import { CHOICE_SAMPLES } from './sample-choices.ts';
import { MONEY_SAMPLES } from './sample-money.ts';
import { RESULT_SAMPLES } from './sample-results.ts';
import { SERVICE_SAMPLES } from './sample-service.ts';

/** What a screen may be shown with; left out, the frame of a customer at work. */
export interface Sample<Id extends ScreenId> {
  readonly data: ScreenData<Id>;
  readonly beneath?: Screen;
  readonly timeLimit?: ScreenFrame['timeLimit'];
  readonly toast?: ScreenFrame['toast'];
}

/** Variants of each screen by name. ALL INVENTED: no person, number, account or provider here exists. */
export type SamplesOf<Ids extends ScreenId> = { readonly [Id in Ids]: Readonly<Record<string, Sample<Id>>> };

/** Typed by the contract: a screen without a sample does not compile. */
const SAMPLES: SamplesOf<ScreenId> = { ...CHOICE_SAMPLES, ...MONEY_SAMPLES, ...RESULT_SAMPLES, ...SERVICE_SAMPLES };

/** `cash-in/four-denominations`, every one. */
export const SAMPLE_NAMES: readonly string[] = Object.entries(SAMPLES).flatMap(([screen, variants]) => Object.keys(variants).map((variant) => `${screen}/${variant}`));

/** @returns undefined where there is no such sample */
export function sampleOf(name: string): (Screen & { readonly shown: Omit<Sample<ScreenId>, 'data'> }) | undefined {
  const [screen = '', variant = ''] = name.split('/');
  const sample = (SAMPLES as Readonly<Record<string, Readonly<Record<string, Sample<ScreenId>>>>>)[screen]?.[variant];
  if (sample === undefined) return undefined;
  const { data, ...shown } = sample;
  return { screen, data, shown } as Screen & { readonly shown: Omit<Sample<ScreenId>, 'data'> };
}
