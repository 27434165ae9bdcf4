import type { Intent } from '../../../main/contracts/intent.ts';
import type { ScreenData, ScreenModel } from '../../../main/contracts/screen-model.ts';
import type { ScenarioStep } from '../../scenarios/schema.ts';
import type { ScreenWatch } from './screen-watch.ts';
import { offers, StepProblem } from './screen-watch.ts';

type StepOf<Key extends string> = Extract<ScenarioStep, Record<Key, unknown>>;

/** Hashing of a password and any device that is told. */
const STEP_MS = 40_000;
/** A recycler that brings all its notes into the box, one by one. */
const ACT_MS = 140_000;
/** Results of an act that was done. */
const DONE = ['exchangeOpen', 'loaded', 'emptied', 'collected', 'exchangeEnded'] as const;

/** With the key turned; the first password must be changed at once. */
export async function signIn(watch: ScreenWatch, { staff, password, newPassword }: StepOf<'staff'>): Promise<void> {
  await watch.touch((model) => model.screen === 'service-login' && offers(model, 'serviceLogin'), ({ revision }) => ({ kind: 'serviceLogin', revision, login: staff, password }), 'service-login', STEP_MS);
  const isIn = ({ screen }: ScreenModel) => screen === 'service-status';
  const model = await watch.until((shown) => isIn(shown) || (shown.screen === 'service-password' && offers(shown, 'servicePassword')), 'service mode', STEP_MS);
  if (isIn(model)) return;
  if (newPassword === undefined) throw new StepProblem('a new password is asked for');
  await watch.touch((shown) => shown.screen === 'service-password' && offers(shown, 'servicePassword'), ({ revision }) => ({ kind: 'servicePassword', revision, current: password, next: newPassword, repeat: newPassword }), 'service-password', STEP_MS);
  await watch.until(isIn, 'service-status', STEP_MS);
}

/** @throws StepProblem with what the page said, when it was not done */
export async function sayExchange(watch: ScreenWatch, { exchange, cassette = 0, notes = 0 }: StepOf<'exchange'>): Promise<void> {
  await openCash(watch);
  const result = await sayOnCash(watch, 'serviceNotes', (revision) => ({ kind: 'serviceNotes', revision, act: exchange, cassetteNumber: cassette, noteCount: notes }), (cash) => cash.cassettes?.result ?? null);
  if (!DONE.some((done) => done === result)) throw new StepProblem(`the page says ${result}`);
}

/** @throws StepProblem with what the page said, when it was not done */
export async function bringUnits(watch: ScreenWatch, { units, keep = 0 }: StepOf<'units'>): Promise<void> {
  await openCash(watch);
  const result = await sayOnCash(watch, 'serviceRecycler', (revision) => ({ kind: 'serviceRecycler', revision, act: units, keepCount: keep }), (cash) => cash.recycler?.result ?? null);
  if (result !== 'moved') throw new StepProblem(`the page says ${result}`);
}

/** @returns what the page says of this act: the result of an earlier one goes when an act begins, and while one runs the page offers none */
async function sayOnCash(watch: ScreenWatch, kind: 'serviceNotes' | 'serviceRecycler', intentOf: (revision: number) => Intent, resultOf: (cash: ScreenData<'service-cash'>) => string | null): Promise<string> {
  const isReady = (model: ScreenModel) => model.screen === 'service-cash' && offers(model, kind);
  const answerIn = (model: ScreenModel) => (model.screen === 'service-cash' ? resultOf(model.data) : null);
  let saidOn = 0;
  await watch.touch(isReady, ({ revision }) => intentOf((saidOn = revision)), 'service-cash', STEP_MS);
  return answerIn(await watch.until((model) => isReady(model) && model.revision > saidOn && answerIn(model) !== null, 'the answer to the act', ACT_MS)) ?? '';
}

async function openCash(watch: ScreenWatch): Promise<void> {
  if (watch.model?.screen !== 'service-cash') await watch.touch((model) => offers(model, 'serviceShow'), ({ revision }) => ({ kind: 'serviceShow', revision, page: 'cash' }), 'a page of service mode', STEP_MS);
}

export async function leaveService(watch: ScreenWatch): Promise<void> {
  await watch.touch((model) => offers(model, 'serviceLogout'), ({ revision }) => ({ kind: 'serviceLogout', revision }), 'a page of service mode', STEP_MS);
}
