import type { ScreenModel } from '../../main/contracts/screen-model.ts';
import type { Terminal } from '../../main/core/compose.ts';
import type { Bank } from '../bank-host/bank.ts';
import type { DeviceSimulator } from '../simulator.ts';
import type { Chance } from './chance.ts';
import type { Answer, CustomerMemory, Press } from './customer-answers.ts';
import { answerTo, handful } from './customer-answers.ts';
import type { CustomerPlan } from './customer-plan.ts';
import { isAtRest, newestCode, showsNoCustomer } from './terminal-signs.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface CustomerWorld {
  readonly clock: VirtualClock;
  readonly chance: Chance;
  /** Lets time pass until something is so, over restarts of the core. */
  readonly until: (isDone: () => boolean, limitMs: number) => Promise<boolean>;
  /** The core that shows screens now; another one after a restart. */
  readonly terminal: () => Terminal;
  readonly bank: Bank;
  readonly acceptor: DeviceSimulator;
  readonly dispenser: DeviceSimulator;
  readonly printer: DeviceSimulator;
  /** null: there is no slot for coins. */
  readonly coinAcceptor: DeviceSimulator | null;
  readonly hoppers: readonly DeviceSimulator[];
  /** Digits that must never be seen again outside the telephone. */
  readonly noteSecret: (digits: string) => void;
  /** Called before each step: things go wrong, the core dies. */
  readonly beforeStep: (step: number) => Promise<void>;
}

/** A person does not press on for ever; afterwards he walks away. */
const STEPS_MAX = 120;
const LIMIT_MS = 15 * 60_000;

/** One customer in front of the terminal, from the first touch until the terminal is free again. */
export async function serveCustomer(world: CustomerWorld, plan: CustomerPlan): Promise<{ readonly hasEnded: boolean; readonly lastScreen: string; readonly steps: number }> {
  const { clock, chance } = world;
  const memory: CustomerMemory = { operationIndex: 0, wrongCodesLeft: plan.wrongCodes, notesLeft: plan.noteCount, coinsLeft: plan.coinCount ?? 0, hasTakenCash: false, lastCode: () => lastCode(world.bank, plan.person.phone, world.noteSecret) };
  const model = () => world.terminal().desk.model;
  let hasBegun = false;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    await world.beforeStep(step);
    await clock.advance(chance.between(300, 2_500));
    const shown = model();
    const isFree = showsNoCustomer(shown);
    if (hasBegun && isFree && !shown.intents.includes('next')) return { hasEnded: true, lastScreen: shown.screen, steps: step };
    if (!isFree) hasBegun = true;
    if (!hasBegun && step > 10) break;
    if (chance.isOnce(plan.walkAwayPercent) || shown.screen === plan.leavesOn) break;
    if (hasBegun && chance.isOnce(plan.sillyPercent)) beSilly(world, plan, shown);
    else {
      const hands = act(world, memory, answerTo(shown, plan, memory, chance), shown.revision);
      if (hands !== null) await hands;
    }
    if (!hasBegun && shown.screen === 'attract' && shown.language !== plan.language) tap(world, { kind: 'language', language: plan.language }, model().revision);
  }
  const hasEnded = await world.until(() => isAtRest(model()), LIMIT_MS);
  return { hasEnded, lastScreen: model().screen, steps: STEPS_MAX };
}

function tap(world: CustomerWorld, press: Press, revision: number): void {
  world.terminal().desk.intent({ ...press, revision });
}

/** Faster than a validator looks at one coin. */
const THROW_MS = 60;

/** @returns what takes time of its own; null: done */
function act(world: CustomerWorld, memory: CustomerMemory, answer: Answer, revision: number): Promise<void> | null {
  const { chance } = world;
  switch (answer.do) {
    case 'press':
      if (answer.press.kind === 'submitCode') world.noteSecret(answer.press.code);
      tap(world, answer.press, revision);
      // A nervous finger: the second tap carries the revision of the screen that is gone.
      if (chance.isOnce(4)) tap(world, answer.press, revision);
      return null;
    case 'insertNote':
      world.acceptor.control({ do: 'insertNote', denominationMinor: answer.denominationMinor, kind: answer.kind });
      if (answer.pullsBack) world.acceptor.control({ do: 'pullBack' });
      return null;
    case 'insertCoins':
      return throwIn(world, answer.coins);
    case 'takeCash':
      for (const hopper of world.hoppers) hopper.control({ do: 'takeCoins' });
      world.dispenser.control(answer.noteCount === null ? { do: 'takeNotes' } : { do: 'takeNotes', noteCount: answer.noteCount });
      memory.hasTakenCash = true;
      return null;
    case 'takeReceipt':
      world.printer.control({ do: 'takeReceipt' });
      tap(world, { kind: 'next' }, revision);
      return null;
    case 'wait':
      return null;
  }
}

async function throwIn({ clock, chance, coinAcceptor }: CustomerWorld, coins: Extract<Answer, { do: 'insertCoins' }>['coins']): Promise<void> {
  for (const { denominationMinor, kind } of coins) {
    coinAcceptor?.control({ do: 'insertCoin', denominationMinor, kind });
    await clock.advance(chance.between(THROW_MS, 4 * THROW_MS));
  }
}

/** Cancels anywhere, taps what is gone or not offered, plays with the language, puts notes where none are wanted. */
function beSilly(world: CustomerWorld, plan: CustomerPlan, shown: ScreenModel): void {
  const { chance } = world;
  const revision = chance.isOnce(20) ? Math.max(0, shown.revision - chance.between(1, 3)) : shown.revision;
  const fooleries: readonly (() => void)[] = [
    () => tap(world, { kind: 'cancel' }, revision),
    () => tap(world, { kind: 'cancel' }, revision),
    () => tap(world, { kind: 'back' }, revision),
    () => tap(world, { kind: 'next' }, revision),
    () => tap(world, { kind: 'language', language: chance.oneOf(['kk', 'ru', 'en']) }, revision),
    () => tap(world, { kind: 'display', option: chance.oneOf(['largeText', 'voice', 'lowReach', 'highContrast']), on: chance.isOnce(50) }, revision),
    () => tap(world, { kind: 'anotherOperation' }, revision),
    () => tap(world, { kind: 'leaveWithoutCredit' }, revision),
    () => tap(world, { kind: 'chooseAmount', amountMinor: chance.between(0, 2_000_000) }, revision),
    () => tap(world, { kind: 'openTerms' }, revision),
    () => tap(world, { kind: 'resendCode' }, revision),
    () => tap(world, { kind: 'chooseAccount', accountRef: 'KZ00000KZT0000000000' }, revision),
    () => tap(world, { kind: 'chooseProvider', providerId: chance.oneOf(['', 'p-none', plan.providerId]) }, revision),
    () => tap(world, { kind: 'chooseOperation', operation: chance.oneOf(['op-01', 'op-05', 'op-10']) }, revision),
    () => void world.terminal().desk.intent({ kind: 'submitFields', fields: null, revision }),
    () => void world.acceptor.control({ do: 'insertNote', denominationMinor: 100_000 }),
    () => void world.acceptor.control({ do: 'pullBack' }),
    () => void world.dispenser.control({ do: 'takeNotes' }),
    ...coinFooleries(world),
  ];
  chance.oneOf(fooleries)();
}

/** Coins where none are wanted, by the handful, and the lever. */
function coinFooleries({ chance, coinAcceptor, hoppers }: CustomerWorld): readonly (() => void)[] {
  if (coinAcceptor === null) return [];
  const drop = (coinCount: number) => handful(chance, coinCount).forEach(({ denominationMinor, kind }) => void coinAcceptor.control({ do: 'insertCoin', denominationMinor, kind }));
  return [
    () => drop(1),
    () => drop(chance.between(2, 12)),
    () => void coinAcceptor.control({ do: 'pressLever' }),
    () => hoppers.forEach((hopper) => void hopper.control({ do: 'takeCoins' })),
  ];
}

/** Reads the newest code from the telephone; it is a secret from then on. */
function lastCode(bank: Bank, phone: string, noteSecret: (digits: string) => void): string | null {
  const code = newestCode(bank, phone);
  if (code !== null) noteSecret(code);
  return code;
}
