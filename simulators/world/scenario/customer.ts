import { z } from 'zod';
import type { Intent } from '../../../main/contracts/intent.ts';
import type { ScreenId, ScreenModel } from '../../../main/contracts/screen-model.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import type { Scenario, ScenarioStep } from '../../scenarios/schema.ts';
import type { Json } from '../../simulator.ts';
import type { ScreenWatch } from './screen-watch.ts';
import { offers, StepProblem } from './screen-watch.ts';
import type { Telephone } from './telephone.ts';
import { bringUnits, leaveService, sayExchange, signIn } from './technician.ts';
import { wrongCode } from './telephone.ts';

const MINOR_PER_TENGE = 100;
/** Longer than any answer, motion or recovery inside a visit. */
const STEP_MS = 40_000;
/** The core looks for a note or a dispense whose end it did not see for up to 65 s. [ccnet §10, lcdm §3] */
const NOTE_MS = 80_000;
const LOOK_MS = 50;

const coinPlaces = z.looseObject({ coins: z.array(z.looseObject({ serial: z.string(), place: z.string() })) });
const notePlaces = z.looseObject({ notes: z.array(z.looseObject({ serial: z.string(), place: z.string() })) });

/** Greeting, menu and the notice that not everything works tell of all operations. */
function isOffered(model: ScreenModel, { offered, not }: StepOf<'offered'>): boolean {
  if (model.screen !== 'attract' && model.screen !== 'menu' && model.screen !== 'out-of-service') return false;
  const tile = model.data.operations.find(({ operation }) => operation === offered);
  return tile !== undefined && tile.available === (not === undefined) && tile.reason === (not ?? null);
}

type StepOf<Key extends string> = Extract<ScenarioStep, Record<Key, unknown>>;

/** What a scripted customer has at hand. */
export interface CustomerParts {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly watch: ScreenWatch;
  readonly telephone: Telephone;
  /** A command to a device or to `bank`. @throws when it is refused */
  readonly command: (target: string, command: { readonly do: string; readonly [key: string]: Json }) => Promise<Json>;
  /** @param after  what has to happen first */
  readonly killCore: (after: StepOf<'kill'>['after']) => Promise<void>;
  /** Until it has ended by itself, so. */
  readonly coreEnds: (exitCode: number) => Promise<void>;
  readonly hangCore: () => Promise<void>;
  readonly killWindow: () => Promise<void>;
  readonly settled: () => Promise<void>;
}

/** Plays the steps of one visit, each when its screen is there. */
export class Customer {
  readonly #parts: CustomerParts;

  constructor(parts: CustomerParts) {
    this.#parts = parts;
  }

  /** @throws StepProblem with the step's number and what was shown instead */
  async play(): Promise<void> {
    const { steps, language } = this.#parts.scenario;
    await this.#chooseLanguage(language);
    for (const [index, step] of steps.entries()) {
      try {
        await this.#do(step);
      } catch (error) {
        throw new StepProblem(`step ${index + 1} ${JSON.stringify(step)}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  /** The greeting is in Kazakh; another language is chosen there. */
  async #chooseLanguage(language: Scenario['language']): Promise<void> {
    const { watch } = this.#parts;
    if (watch.model?.language === language || watch.model === null || !offers(watch.model, 'language')) return;
    await this.#touch((model) => offers(model, 'language'), ({ revision }) => ({ kind: 'language', revision, language }), 'a choice of language');
  }

  async #do(step: ScenarioStep): Promise<void> {
    if ('touch' in step) return this.#touch((model) => offers(model, 'touch'), ({ revision }) => ({ kind: 'touch', revision }), 'a screen to touch');
    if ('choose' in step) return this.#choose(step);
    if ('phone' in step) return this.#onScreen('identify-phone', 'submitPhone', ({ revision }) => ({ kind: 'submitPhone', revision, phone: step.phone }));
    if ('iin' in step) return this.#typeIin(step);
    if ('birthDate' in step) return this.#onScreen('disambiguate', 'submitBirthDate', ({ revision }) => ({ kind: 'submitBirthDate', revision, birthDate: step.birthDate }));
    if ('code' in step) return this.#typeCode(step);
    if ('account' in step) return this.#chooseAccount(step);
    if ('category' in step) return this.#onScreen('provider-category', 'chooseCategory', ({ revision }) => ({ kind: 'chooseCategory', revision, categoryId: step.category }));
    if ('provider' in step) return this.#onScreen('provider', 'chooseProvider', ({ revision }) => ({ kind: 'chooseProvider', revision, providerId: step.provider }));
    if ('fields' in step) return this.#onScreen('provider-fields', 'submitFields', ({ revision }) => ({ kind: 'submitFields', revision, fields: step.fields }));
    if ('press' in step) return this.#press(step);
    if ('note' in step) return this.#insertNote(step);
    if ('amount' in step) return this.#onScreen('cash-out-amount', 'chooseAmount', ({ revision }) => ({ kind: 'chooseAmount', revision, amountMinor: step.amount * MINOR_PER_TENGE }));
    if ('change' in step) return this.#onScreen('change-choice', 'chooseChange', ({ revision }) => ({ kind: 'chooseChange', revision, target: step.change }));
    if ('receipt' in step) return this.#touch((model) => model.screen.startsWith('result-') && offers(model, 'chooseReceipt'), ({ revision }) => ({ kind: 'chooseReceipt', revision, receipt: step.receipt }), 'a result with a receipt');
    return this.#doBeside(step);
  }

  /** Steps that are not a finger on the screen. */
  async #doBeside(step: Exclude<ScenarioStep, StepOf<'touch' | 'choose' | 'phone'>>): Promise<void> {
    const { watch, command } = this.#parts;
    if ('takeCash' in step) return this.#takeCash();
    if ('takeReceipt' in step) return this.#takeReceipt();
    if ('walkAway' in step) return this.#walkAway();
    if ('wait' in step) return void (await watch.until((model) => model.screen === step.wait, step.wait, NOTE_MS));
    if ('stopped' in step) return void (await watch.until((model) => model.screen === 'cash-in' && model.data.noteState === 'stopped' && model.data.stoppedBy === step.stopped, `cash-in stopped by ${step.stopped}`, NOTE_MS));
    if ('offered' in step) return void (await watch.until((model) => isOffered(model, step), step.not === undefined ? `${step.offered} offered` : `${step.offered} not offered: ${step.not}`, NOTE_MS));
    if ('settled' in step) return this.#parts.settled();
    if ('device' in step) return void (await command(step.device.target, step.device.command as Parameters<typeof command>[1]));
    if ('bank' in step) return void (await command('bank', step.bank as Parameters<typeof command>[1]));
    if ('coin' in step) return this.#insertCoin(step);
    if ('staff' in step) return signIn(watch, step);
    if ('exchange' in step) return sayExchange(watch, step);
    if ('units' in step) return bringUnits(watch, step);
    if ('logout' in step) return leaveService(watch);
    if ('kill' in step) return this.#parts.killCore(step.after);
    if ('coreEnds' in step) return this.#parts.coreEnds(step.coreEnds);
    if ('hang' in step) return this.#parts.hangCore();
    if ('killWindow' in step) return this.#killWindow();
    throw new StepProblem('nobody knows how to do this');
  }

  #touch(fits: (model: ScreenModel) => boolean, intentOf: (model: ScreenModel) => Intent, what: string): Promise<void> {
    return this.#parts.watch.touch(fits, intentOf, what, STEP_MS);
  }

  #onScreen(screen: ScreenId, kind: Intent['kind'], intentOf: (model: ScreenModel) => Intent): Promise<void> {
    return this.#touch((model) => model.screen === screen && offers(model, kind), intentOf, screen);
  }

  #choose(step: StepOf<'choose'>): Promise<void> {
    const isOffered = (model: ScreenModel) => model.screen === 'menu' && offers(model, 'chooseOperation') && model.data.operations.some((tile) => tile.operation === step.choose && tile.available);
    return this.#touch(isOffered, ({ revision }) => ({ kind: 'chooseOperation', revision, operation: step.choose }), `a menu that offers ${step.choose}`);
  }

  async #typeIin(step: StepOf<'iin'>): Promise<void> {
    const model = await this.#parts.watch.until(({ screen }) => screen === 'identify-phone' || screen === 'identify-iin', 'identify-phone or identify-iin', STEP_MS);
    if (model.screen === 'identify-phone') await this.#onScreen('identify-phone', 'identifyWith', ({ revision }) => ({ kind: 'identifyWith', revision, method: 'iin' }));
    await this.#onScreen('identify-iin', 'submitIin', ({ revision }) => ({ kind: 'submitIin', revision, iin: step.iin }));
  }

  async #typeCode(step: StepOf<'code'>): Promise<void> {
    const { watch, telephone } = this.#parts;
    const awaitsCode = (model: ScreenModel) => model.screen === 'otp' && offers(model, 'submitCode');
    await watch.until(awaitsCode, 'otp', STEP_MS);
    const right = await telephone.newestCode();
    const code = step.code === 'right' ? right : wrongCode(right);
    await this.#touch(awaitsCode, ({ revision }) => ({ kind: 'submitCode', revision, code }), 'otp');
  }

  async #chooseAccount(step: StepOf<'account'>): Promise<void> {
    const accountRefOf = (model: ScreenModel) => (model.screen === 'account-choice' ? model.data.accounts[step.account - 1]?.accountRef : undefined);
    await this.#touch((model) => accountRefOf(model) !== undefined, (model) => ({ kind: 'chooseAccount', revision: model.revision, accountRef: accountRefOf(model) ?? '' }), `account-choice with ${step.account} accounts`);
  }

  async #press({ press, on }: StepOf<'press'>): Promise<void> {
    const { watch, clock } = this.#parts;
    const fits = (model: ScreenModel) => offers(model, press) && (on === undefined || model.screen === on);
    const what = `${on ?? 'a screen'} with the button ${press}`;
    if (press === 'resendCode') {
      // The button counts down in the window, by the figure that came with the screen.
      const model = await watch.until(fits, what, STEP_MS);
      const seenMs = watch.seen?.seenMonotonicMs ?? clock.monotonicMs();
      const resendInMs = model.screen === 'otp' ? model.data.resendInMs : 0;
      await delay(clock, Math.max(0, seenMs + resendInMs - clock.monotonicMs()));
    }
    // A note whose place is not known keeps the screen for most of a minute.
    await watch.touch(fits, ({ revision }) => ({ kind: press, revision }), what, NOTE_MS);
  }

  async #insertNote(step: StepOf<'note'>): Promise<void> {
    const { watch, command, clock } = this.#parts;
    const goal = step.goes ?? 'inside';
    const before = await watch.until((model) => model.screen === 'cash-in' && offers(model, 'cancel'), 'cash-in that takes notes', STEP_MS);
    const countBefore = before.screen === 'cash-in' ? before.data.noteCount : 0;
    const serial = await this.#putNote(step);
    if (goal === 'anywhere') return;
    const places = goal === 'back' ? ['customer'] : ['box', 'store'];
    const deadlineMs = clock.monotonicMs() + NOTE_MS;
    for (;;) {
      const { notes } = notePlaces.parse(await command('acceptor', { do: 'world' }));
      const now = notes.find((note) => note.serial === serial)?.place;
      if (now !== undefined && places.includes(now)) break;
      if (clock.monotonicMs() > deadlineMs || (goal === 'back' && now === 'box')) throw new StepProblem(`the note should be ${goal}, it is in place ${now ?? 'nowhere'}`);
      await delay(clock, LOOK_MS);
    }
    if (goal === 'inside') await watch.until((model) => model.screen !== 'cash-in' || (model.data.noteCount > countBefore && offers(model, 'cancel')), 'cash-in with the note counted', NOTE_MS);
    if (goal === 'back') await watch.until((model) => model.screen !== 'cash-in' || (model.data.lastReturned !== null && offers(model, 'cancel')), 'cash-in that says the note came back', NOTE_MS);
  }

  async #insertCoin({ coin, goes = 'inside' }: StepOf<'coin'>): Promise<void> {
    const { watch, command, clock } = this.#parts;
    const before = await watch.until((model) => model.screen === 'cash-in' && offers(model, 'cancel'), 'cash-in that takes coins', STEP_MS);
    const countBefore = before.screen === 'cash-in' ? before.data.noteCount : 0;
    const { serial } = z.object({ serial: z.string() }).parse(await command('coin-acceptor', { do: 'insertCoin', denominationMinor: coin * MINOR_PER_TENGE }));
    if (goes === 'anywhere') return;
    const wanted = goes === 'inside' ? 'box' : 'tray';
    const deadlineMs = clock.monotonicMs() + STEP_MS;
    for (;;) {
      const place = coinPlaces.parse(await command('coin-acceptor', { do: 'world' })).coins.find((one) => one.serial === serial)?.place;
      if (place === wanted) break;
      if (clock.monotonicMs() > deadlineMs) throw new StepProblem(`the coin should be ${goes}, it is in place ${place ?? 'nowhere'}`);
      await delay(clock, LOOK_MS);
    }
    if (goes === 'inside') await watch.until((model) => model.screen !== 'cash-in' || model.data.noteCount > countBefore, 'cash-in with the coin counted', NOTE_MS);
  }

  /** The mouth opens a moment after the screen says so. */
  async #putNote(step: StepOf<'note'>): Promise<string> {
    const { command, clock } = this.#parts;
    const deadlineMs = clock.monotonicMs() + STEP_MS;
    for (;;) {
      try {
        const answer = await command('acceptor', { do: 'insertNote', denominationMinor: step.note * MINOR_PER_TENGE, kind: step.kind ?? 'genuine' });
        return z.string().parse(answer);
      } catch (error) {
        if (clock.monotonicMs() > deadlineMs) throw error;
        await delay(clock, LOOK_MS);
      }
    }
  }

  async #takeCash(): Promise<void> {
    const shown = await this.#parts.watch.until((model) => model.screen === 'take-cash', 'take-cash', NOTE_MS);
    // What the screen says has come out; a note that sticks in the exit stays there. Nothing said: he looks and takes what he finds.
    const noteCount = shown.screen === 'take-cash' ? shown.data.notes.reduce((sum, notes) => sum + notes.noteCount, 0) : 0;
    await this.#parts.command('dispenser', noteCount === 0 ? { do: 'takeNotes' } : { do: 'takeNotes', noteCount });
    // Where a sensor sees the notes gone, no button says so.
    if (offers(shown, 'next')) await this.#onScreen('take-cash', 'next', ({ revision }) => ({ kind: 'next', revision }));
    else await this.#parts.watch.until((model) => model.screen !== 'take-cash', 'the sensor to see the notes taken', STEP_MS);
  }

  async #takeReceipt(): Promise<void> {
    await this.#parts.watch.until((model) => model.screen === 'take-receipt' && !model.data.printing, 'take-receipt', STEP_MS);
    await this.#parts.command('printer', { do: 'takeReceipt' });
    await this.#onScreen('take-receipt', 'next', ({ revision }) => ({ kind: 'next', revision }));
  }

  async #walkAway(): Promise<void> {
    await this.#parts.watch.until(({ screen }) => screen === 'attract' || screen === 'out-of-service', 'the terminal to give the customer up', NOTE_MS);
  }

  /** A new window must show what the dead one showed. */
  async #killWindow(): Promise<void> {
    const { watch, killWindow } = this.#parts;
    const before = watch.model?.screen;
    await killWindow();
    const after = watch.model?.screen;
    if (after !== before) throw new StepProblem(`the window showed ${before ?? 'nothing'}, the new one shows ${after ?? 'nothing'}`);
  }
}
