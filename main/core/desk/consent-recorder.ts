import { createHash } from 'node:crypto';
import type { ScreenModel } from '../../contracts/screen-model.ts';
import { canonicalJson } from '../canonical-json.ts';

/** What the customer had in front of him when he agreed: evidence for a dispute. */
export interface ShownConsent {
  readonly consentAtUtcMs: number;
  readonly textSha256: string;
  readonly language: ScreenModel['language'];
}

/** Screens that name exactly what is inside. */
const FIGURES: readonly ScreenModel['screen'][] = ['cash-in', 'cash-in-leave'];

/** Remembers the last screen on which a primary button was accepted. */
export class ConsentRecorder {
  #last: ShownConsent | null = null;
  #figures: ShownConsent | null = null;

  note(model: ScreenModel, atUtcMs: number): void {
    const shown = { screen: model.screen, language: model.language, data: model.data };
    this.#last = { consentAtUtcMs: atUtcMs, textSha256: createHash('sha256').update(canonicalJson(shown)).digest('hex'), language: model.language };
    if (FIGURES.includes(model.screen)) this.#figures = this.#last;
  }

  /** The last consent; for a walked-away customer that to the terms. */
  last(): ShownConsent | null {
    return this.#last;
  }

  /** The last consent to what is inside: only for somebody who gave one. */
  figures(): ShownConsent | null {
    return this.#figures;
  }
}
