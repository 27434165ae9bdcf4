import type { Intent, IntentKind } from '../../../main/contracts/intent.ts';
import type { ScreenId, ScreenModel } from '../../../main/contracts/screen-model.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import type { RefusalCode } from '../../../main/foundation/refusals.ts';
import type { Dropped, Heard, SeenModel } from './screen-client.ts';
import { ScreenClient } from './screen-client.ts';

/** The core answers each intent; one that is silent so long hangs or is dead, and the next step finds out. */
const ANSWER_MS = 5_000;
/** What was taken and changes nothing on the screen gets no new model. */
const CHANGE_MS = 400;
const RETRY_MS = 20;

/** A step could not be done: what was waited for and what is shown instead. */
export class StepProblem extends Error {}

/** Of the core to an intent; `gone`: it died before one. */
type Answer = 'taken' | 'gone' | Dropped;

/** What the customer sees, through any number of windows and lives of the core, and what he touches. */
export class ScreenWatch {
  readonly #clock: Clock;
  #client: ScreenClient | null = null;
  readonly #waiters = new Set<() => void>();
  readonly #answerListeners = new Set<(answer: Answer) => void>();
  readonly #enterListeners: ((screen: ScreenId) => void)[] = [];
  #isRecording = false;
  #shown: ScreenId | null = null;
  #lastRefusal: RefusalCode | null = null;
  readonly entered: ScreenId[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Opens a window; an earlier one is closed without a word. */
  async connect(place: { readonly socketPath: string; readonly tokenPath: string }): Promise<void> {
    this.disconnect();
    this.#client = await ScreenClient.connect({ ...place, monotonicMs: () => this.#clock.monotonicMs(), listener: (heard) => this.#hear(heard) });
  }

  disconnect(): void {
    this.#client?.close();
    this.#client = null;
  }

  /** From now on entered screens are remembered, the present one first. */
  startRecording(): void {
    this.#isRecording = true;
    this.#shown = null;
    if (this.seen !== null) this.#note(this.seen.model.screen);
  }

  onEntered(listener: (screen: ScreenId) => void): void {
    this.#enterListeners.push(listener);
  }

  get seen(): SeenModel | null {
    return this.#client?.last ?? null;
  }

  get model(): ScreenModel | null {
    return this.seen?.model ?? null;
  }

  /** The last RF code that was shown while recording. */
  get lastRefusal(): RefusalCode | null {
    return this.#lastRefusal;
  }

  get brokenBy(): string | null {
    return this.#client?.brokenBy ?? null;
  }

  /** @returns the first model that fits. @throws StepProblem when none comes within `timeoutMs` */
  async until(fits: (model: ScreenModel) => boolean, what: string, timeoutMs: number): Promise<ScreenModel> {
    const deadlineMs = this.#clock.monotonicMs() + timeoutMs;
    for (;;) {
      const model = this.model;
      if (model !== null && fits(model)) return model;
      const leftMs = deadlineMs - this.#clock.monotonicMs();
      if (leftMs <= 0) throw new StepProblem(`waited ${Math.round(timeoutMs / 1000)} s for ${what}, ${describe(model)}`);
      await this.#nextModel(leftMs);
    }
  }

  /**
   * Does something on the first screen that fits, made on the revision shown; tried again when the screen changed under the finger.
   * Resolves when the core has taken it and answered with another screen, or none comes; or when it died of it. @throws StepProblem
   */
  async touch(fits: (model: ScreenModel) => boolean, intentOf: (model: ScreenModel) => Intent, what: string, timeoutMs: number): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + timeoutMs;
    for (;;) {
      const model = await this.until(fits, what, Math.max(1, deadlineMs - this.#clock.monotonicMs()));
      const { seen } = this;
      const answer = await this.#offer(intentOf(model));
      if (answer === 'taken' && this.seen === seen) await this.#nextModel(CHANGE_MS);
      if (answer === 'taken' || answer === 'gone') return;
      if (answer === 'malformed') throw new StepProblem(`the core did not understand what was done on ${model.screen}`);
      if (this.#clock.monotonicMs() > deadlineMs) throw new StepProblem(`waited for ${what}, the core dropped it as ${answer}, ${describe(this.model)}`);
      await delay(this.#clock, RETRY_MS);
    }
  }

  #offer(intent: Intent): Promise<Answer> {
    return new Promise((resolve) => {
      const settle = (answer: Answer) => {
        this.#clock.clearTimeout(timer);
        this.#answerListeners.delete(settle);
        resolve(answer);
      };
      const timer = this.#clock.setTimeout(() => settle('gone'), ANSWER_MS);
      this.#answerListeners.add(settle);
      this.#client?.send(intent);
    });
  }

  #nextModel(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        this.#clock.clearTimeout(timer);
        this.#waiters.delete(settle);
        resolve();
      };
      const timer = this.#clock.setTimeout(settle, timeoutMs);
      this.#waiters.add(settle);
    });
  }

  #hear(heard: Heard): void {
    if (heard.kind === 'model') {
      this.#note(heard.seen.model.screen);
      if (this.#isRecording) this.#lastRefusal = refusalShown(heard.seen.model) ?? this.#lastRefusal;
    }
    if (heard.kind !== 'model') for (const listener of [...this.#answerListeners]) listener(heard.kind === 'dropped' ? heard.reason : heard.kind);
    for (const waiter of [...this.#waiters]) waiter();
  }

  #note(screen: ScreenId): void {
    if (!this.#isRecording || screen === this.#shown) return;
    this.#shown = screen;
    this.entered.push(screen);
    for (const listener of this.#enterListeners) listener(screen);
  }
}

/** True when the screen offers this intent now. */
export function offers(model: ScreenModel, kind: IntentKind): boolean {
  return model.intents.includes(kind);
}

/** A terminal that is starting or recovering refuses nobody yet. */
function refusalShown(model: ScreenModel): RefusalCode | null {
  if (model.screen === 'out-of-service') return model.data.reason === 'starting' || model.data.reason === 'recovering' ? null : model.data.refusal;
  return 'refusal' in model.data ? model.data.refusal : null;
}

function describe(model: ScreenModel | null): string {
  if (model === null) return 'but there is no core';
  const doing = model.intents.filter((kind) => kind !== 'language' && kind !== 'display' && kind !== 'activity');
  const problem = 'problem' in model.data && model.data.problem !== null ? `, problem ${JSON.stringify(model.data.problem)}` : '';
  const refusal = 'refusal' in model.data && model.data.refusal !== null ? `, ${model.data.refusal}` : '';
  return `but the terminal shows ${model.screen} (it offers ${doing.length === 0 ? 'nothing' : doing.join(', ')}${problem}${refusal})`;
}
