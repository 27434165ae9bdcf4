import { join } from 'node:path';
import { FINAL_MESSAGE_STATES } from '../../../main/contracts/message-state.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import { openJournalForReading } from '../../../main/journal/open-journal.ts';
import type { Json } from '../../simulator.ts';
import type { Worlds } from './cash-figures.ts';
import { cashAccount, cashProblems, cassetteProblems } from './cash-figures.ts';
import { offers, ScreenWatch } from './screen-watch.ts';
import type { TerminalStack } from './terminal-stack.ts';

const CONNECT_MS = 15_000;
/** Longer than any patience with a customer who has gone. */
const READY_MS = 180_000;
const SETTLED_MS = 120_000;
const LOOK_MS = 50;
const TOUCH_MS = 2_000;

export interface HandCommand {
  readonly do: string;
  readonly [key: string]: Json;
}

/** A terminal of real processes with a window on it: waits until it is at rest, and puts hardware, journal and bank side by side. */
export class WatchedStack {
  readonly stack: TerminalStack;
  readonly watch: ScreenWatch;
  readonly #clock: Clock;

  constructor(stack: TerminalStack, clock: Clock) {
    this.stack = stack;
    this.watch = new ScreenWatch(clock);
    this.#clock = clock;
  }

  /** To a device or to `bank`. @throws when it is refused */
  async command(target: string, command: HandCommand): Promise<Json> {
    const client = target === 'bank' ? this.stack.bank : this.stack.devices;
    const answer = await client.send(target, command);
    if (!answer.ok) throw new Error(`${target} ${JSON.stringify(command)}: ${answer.error.code}: ${answer.error.detail}`);
    return answer.value;
  }

  /** Opens a window on the core that lives. @throws when it takes none */
  async connect(): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + CONNECT_MS;
    for (;;) {
      try {
        return await this.watch.connect({ socketPath: join(this.stack.paths.runFolder, RUN_FILES.coreSocket), tokenPath: this.stack.tokenPath });
      } catch (error) {
        if (this.#clock.monotonicMs() > deadlineMs) throw error;
        await delay(this.#clock, LOOK_MS);
      }
    }
  }

  /** Whoever still stands there reads what is shown and goes on; most screens would wait a minute for it. @throws StepProblem */
  async untilGreeting(): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + READY_MS;
    const isGreeting = (model: ScreenModel) => model.screen === 'attract' && model.data.operations.some((tile) => tile.available);
    for (;;) {
      const leftMs = deadlineMs - this.#clock.monotonicMs();
      const shown = await this.watch.until((model) => isGreeting(model) || (model.screen.startsWith('result-') && offers(model, 'next')), 'the greeting', Math.max(1, leftMs));
      if (isGreeting(shown)) return;
      await this.watch.touch((model) => model.screen === shown.screen && offers(model, 'next'), ({ revision }) => ({ kind: 'next', revision }), 'a button', TOUCH_MS).catch(() => null);
    }
  }

  /** Until every message that must reach the bank has its final answer. @throws with those that have none */
  async untilSettled(): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + SETTLED_MS;
    for (let waiting = this.#waiting(); waiting.length > 0; waiting = this.#waiting()) {
      if (this.#clock.monotonicMs() > deadlineMs) throw new Error(`messages still waiting: ${waiting.join(', ')}`);
      await delay(this.#clock, LOOK_MS);
    }
  }

  /** Waits until it is at rest, ends the core in good order and compares what hardware, journal and bank say. @returns what does not agree, in words */
  async account(): Promise<readonly string[]> {
    const problems: string[] = [];
    const note = (error: unknown) => void problems.push(error instanceof Error ? error.message : String(error));
    await this.untilGreeting().catch(note);
    await this.untilSettled().catch(note);
    await this.stack.stopCore();
    const world = (target: string) => this.command(target, { do: 'world' });
    const worlds: Worlds = { acceptor: await world('acceptor'), dispenser: await world('dispenser'), printer: await world('printer'), bank: await world('bank'), 'coin-acceptor': await world('coin-acceptor'), 'coin-dispenser': await world('coin-dispenser') };
    const opened = openJournalForReading(this.stack.paths.journal);
    if (!opened.ok) return [...problems, `the journal cannot be read: ${opened.error.code} ${opened.error.detail}`];
    try {
      const verified = opened.value.verify();
      const open = opened.value.openOperationIds();
      return [
        ...problems,
        ...(verified.ok ? [] : [`journal: entry ${verified.error.entryNumber}: ${verified.error.detail}`]),
        ...(open.length === 0 ? [] : [`${open.length} operations are still open`]),
        ...cashProblems(cashAccount(worlds, opened.value), worlds),
        ...cassetteProblems(worlds, opened.value, this.stack.cassettes),
      ];
    } finally {
      opened.value.close();
    }
  }

  async close(): Promise<void> {
    this.watch.disconnect();
    await this.stack.close();
  }

  #waiting(): readonly string[] {
    const opened = openJournalForReading(this.stack.paths.journal);
    if (!opened.ok) return [`${opened.error.code}`];
    try {
      return opened.value.messages({ limit: 1_000 }).filter(({ lane, state }) => lane !== 'online' && !FINAL_MESSAGE_STATES.includes(state)).map(({ operation, state }) => `${operation} ${state}`);
    } finally {
      opened.value.close();
    }
  }
}
