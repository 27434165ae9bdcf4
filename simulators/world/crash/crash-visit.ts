import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FINAL_MESSAGE_STATES } from '../../../main/contracts/message-state.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import { openJournalForReading } from '../../../main/journal/open-journal.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import type { Json } from '../../simulator.ts';
import { Chance } from '../chance.ts';
import type { Worlds } from '../scenario/cash-figures.ts';
import { cashAccount, cashProblems } from '../scenario/cash-figures.ts';
import { Customer } from '../scenario/customer.ts';
import { ScreenWatch } from '../scenario/screen-watch.ts';
import { Telephone } from '../scenario/telephone.ts';
import { TerminalStack } from '../scenario/terminal-stack.ts';
import { seededRandom } from '../seeded-random.ts';
import type { CrashPoint } from './crash-plan.ts';
import { CRASH_PLAN_VARIABLE, crashPointSchema } from './crash-plan.ts';
import { tearLog } from './torn-log.ts';

/** How the process ends: by a signal, or with the power of the whole terminal, what was not synced being lost or torn. */
export type Death = 'kill' | 'powerCut';

export interface CrashOutcome {
  /** Where it died; null: the visit was over before that point. */
  readonly point: CrashPoint | null;
  readonly pointsReached: number;
  readonly problems: readonly string[];
}

const HOOK = join(import.meta.dirname, 'crash-hook.ts');
/** A restart shows the interrupted customer the result for a minute first. */
const READY_MS = 180_000;
const CONNECT_MS = 15_000;
const SETTLED_MS = 120_000;
const LOOK_MS = 100;
const DEVICES = ['acceptor', 'dispenser', 'printer'] as const;

/**
 * One visit to a real terminal whose core dies at one point and is started again; then notes, journal and bank are compared.
 *
 * @param options.point  0: the core lives, its points are counted
 * @throws when the terminal itself cannot be started
 */
export async function playCrashVisit(scenario: Scenario, options: { readonly clock: Clock; readonly point: number; readonly death: Death; readonly seed: number }): Promise<CrashOutcome> {
  const stack = await TerminalStack.start(scenario, options.clock);
  const visit = new CrashVisit(scenario, stack, options);
  try {
    return await visit.play();
  } finally {
    await visit.close();
  }
}

class CrashVisit {
  readonly #scenario: Scenario;
  readonly #stack: TerminalStack;
  readonly #clock: Clock;
  readonly #options: { readonly point: number; readonly death: Death; readonly seed: number };
  readonly #watch: ScreenWatch;
  readonly #pointsFile: string;
  readonly #barrierFile: string;

  constructor(scenario: Scenario, stack: TerminalStack, options: { readonly clock: Clock; readonly point: number; readonly death: Death; readonly seed: number }) {
    this.#scenario = scenario;
    this.#stack = stack;
    this.#clock = options.clock;
    this.#options = options;
    this.#watch = new ScreenWatch(options.clock);
    this.#pointsFile = join(stack.paths.runFolder, 'crash-points');
    this.#barrierFile = join(stack.paths.runFolder, 'journal-before');
  }

  async play(): Promise<CrashOutcome> {
    const armedFile = join(this.#stack.paths.runFolder, 'crash-armed');
    const plan = { point: this.#options.point, armedFile, pointsFile: this.#pointsFile, barrierFile: this.#options.death === 'powerCut' ? this.#barrierFile : null, lines: ['acceptor', 'dispenser'].map((name) => join(this.#stack.paths.runFolder, name)) };
    await this.#stack.startCore({ nodeArguments: ['--import', HOOK], environment: { [CRASH_PLAN_VARIABLE]: JSON.stringify(plan) }, mayDie: true });
    await this.#connect();
    await this.#watch.until((model) => model.screen === 'attract' && model.data.operations.every((tile) => tile.available), 'the greeting with everything on offer', READY_MS);
    for (const { target, command } of this.#scenario.faults) await this.#command(target, command as { readonly do: string });
    writeFileSync(armedFile, '');
    const problem = await this.#playUntilDeath();
    const points = this.#points();
    const hasDied = this.#stack.isCoreGone();
    const point = hasDied ? (points.at(-1) ?? null) : null;
    if (!hasDied) return { point, pointsReached: points.length, problems: problem === null ? await this.#account() : [problem] };
    await this.#startAgain();
    return { point, pointsReached: points.length, problems: await this.#account() };
  }

  async close(): Promise<void> {
    this.#watch.disconnect();
    await this.#stack.close();
  }

  /** The customer's own problems do not matter once the core is dead under his hands. @returns null: he got what he came for, or the core is dead */
  async #playUntilDeath(): Promise<string | null> {
    const death = (async () => {
      while (!this.#stack.isCoreGone()) await delay(this.#clock, LOOK_MS);
      return null;
    })();
    const customer = new Customer({
      scenario: this.#scenario, clock: this.#clock, watch: this.#watch, telephone: new Telephone(this.#stack.bank),
      command: (target, command) => this.#command(target, command), killCore: () => Promise.resolve(), killWindow: () => Promise.resolve(), settled: () => Promise.resolve(),
    });
    const visit = customer.play().then(() => this.#untilSettled()).then(() => null, (error: unknown) => (error instanceof Error ? error.message : String(error)));
    return Promise.race([death, visit]);
  }

  async #startAgain(): Promise<void> {
    this.#watch.disconnect();
    const isPowerOut = this.#options.death === 'powerCut';
    if (isPowerOut) {
      for (const name of DEVICES) await this.#command(name, { do: 'powerOff' });
      tearLog(this.#barrierFile, `${this.#stack.paths.journal}-wal`, new Chance(seededRandom(this.#options.seed * 1_000 + this.#options.point)));
      for (const name of DEVICES) await this.#command(name, { do: 'powerOn' });
    }
    await this.#stack.killCore();
    await this.#stack.startCore();
    await this.#connect();
  }

  /** Whatever the device shows afterwards, a technician takes the notes out of the way and the three accounts are compared. */
  async #account(): Promise<readonly string[]> {
    const problems: string[] = [];
    const note = (error: unknown) => void problems.push(error instanceof Error ? error.message : String(error));
    await this.#watch.until((model) => model.screen === 'attract' && model.data.operations.some((tile) => tile.available), 'the greeting after the restart', READY_MS).catch(note);
    await this.#untilSettled().catch(note);
    await this.#stack.stopCore();
    const world = (target: string) => this.#command(target, { do: 'world' });
    const worlds: Worlds = { acceptor: await world('acceptor'), dispenser: await world('dispenser'), printer: await world('printer'), bank: await world('bank') };
    const opened = openJournalForReading(this.#stack.paths.journal);
    if (!opened.ok) return [...problems, `the journal cannot be read: ${opened.error.code} ${opened.error.detail}`];
    try {
      const verified = opened.value.verify();
      const open = opened.value.openOperationIds();
      return [
        ...problems,
        ...(verified.ok ? [] : [`journal: entry ${verified.error.entryNumber}: ${verified.error.detail}`]),
        ...(open.length === 0 ? [] : [`${open.length} operations are still open`]),
        ...cashProblems(cashAccount(worlds, opened.value), worlds),
      ];
    } finally {
      opened.value.close();
    }
  }

  async #connect(): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + CONNECT_MS;
    for (;;) {
      try {
        return await this.#watch.connect({ socketPath: join(this.#stack.paths.runFolder, RUN_FILES.coreSocket), tokenPath: this.#stack.tokenPath });
      } catch (error) {
        if (this.#clock.monotonicMs() > deadlineMs) throw error;
        await delay(this.#clock, LOOK_MS);
      }
    }
  }

  async #untilSettled(): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + SETTLED_MS;
    for (let waiting = this.#waiting(); waiting.length > 0; waiting = this.#waiting()) {
      if (this.#clock.monotonicMs() > deadlineMs) throw new Error(`messages still waiting: ${waiting.join(', ')}`);
      await delay(this.#clock, LOOK_MS);
    }
  }

  #waiting(): readonly string[] {
    const opened = openJournalForReading(this.#stack.paths.journal);
    if (!opened.ok) return [`${opened.error.code}`];
    try {
      return opened.value.messages({ limit: 1_000 }).filter(({ lane, state }) => lane !== 'online' && !FINAL_MESSAGE_STATES.includes(state)).map(({ operation, state }) => `${operation} ${state}`);
    } finally {
      opened.value.close();
    }
  }

  #points(): readonly CrashPoint[] {
    if (!existsSync(this.#pointsFile)) return [];
    return readFileSync(this.#pointsFile, 'utf8').split('\n').filter((line) => line !== '').map((line) => crashPointSchema.parse(JSON.parse(line)));
  }

  async #command(target: string, command: { readonly do: string; readonly [key: string]: Json }): Promise<Json> {
    const client = target === 'bank' ? this.#stack.bank : this.#stack.devices;
    const answer = await client.send(target, command);
    if (!answer.ok) throw new Error(`${target} ${JSON.stringify(command)}: ${answer.error.code}: ${answer.error.detail}`);
    return answer.value;
  }
}
