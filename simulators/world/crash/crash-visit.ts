import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FINAL_MESSAGE_STATES } from '../../../main/contracts/message-state.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import { openJournalForReading } from '../../../main/journal/open-journal.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import type { Json } from '../../simulator.ts';
import { Chance } from '../chance.ts';
import type { Worlds } from '../scenario/cash-figures.ts';
import { cashAccount, cashProblems, cassetteProblems } from '../scenario/cash-figures.ts';
import { Customer } from '../scenario/customer.ts';
import { offers, ScreenWatch } from '../scenario/screen-watch.ts';
import { Telephone } from '../scenario/telephone.ts';
import { TerminalStack } from '../scenario/terminal-stack.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Death } from './crash-cells.ts';
import type { CrashPlan, NamedPoint } from './crash-plan.ts';
import { CRASH_PLAN_VARIABLE, namedPointSchema } from './crash-plan.ts';
import { tearLog } from './torn-log.ts';

export interface CrashVisitOptions {
  readonly clock: Clock;
  readonly death: Death;
  /** null: the core lives, its points are counted. */
  readonly diesAt: CrashPlan['diesAt'];
  /** What a power cut leaves of the last sync. */
  readonly seed: number;
  /** Program of the core, left out: the sources. */
  readonly coreProgram?: string | undefined;
}

export interface CrashOutcome {
  /** Where it died; null: the visit was over before that point. */
  readonly point: NamedPoint | null;
  readonly points: readonly NamedPoint[];
  readonly problems: readonly string[];
}

const HOOK = join(import.meta.dirname, 'crash-hook.ts');
/** Longer than any patience with a customer who has gone. */
const READY_MS = 180_000;
const CONNECT_MS = 15_000;
const SETTLED_MS = 120_000;
const LOOK_MS = 50;
const TOUCH_MS = 2_000;
/** The printer's bytes move no money. */
const COUNTED_LINES = ['acceptor', 'dispenser'] as const;
const DEVICES = ['acceptor', 'dispenser', 'printer'] as const;

/**
 * One visit to a real terminal whose core dies at one point and is started again; then notes, journal and bank are compared.
 *
 * @throws when the terminal itself cannot be started
 */
export async function playCrashVisit(scenario: Scenario, options: CrashVisitOptions): Promise<CrashOutcome> {
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
  readonly #options: CrashVisitOptions;
  readonly #watch: ScreenWatch;
  readonly #armedFile: string;
  readonly #pointsFile: string;
  readonly #barrierFile: string;

  constructor(scenario: Scenario, stack: TerminalStack, options: CrashVisitOptions) {
    const { runFolder } = stack.paths;
    this.#scenario = scenario;
    this.#stack = stack;
    this.#clock = options.clock;
    this.#options = options;
    this.#watch = new ScreenWatch(options.clock);
    this.#armedFile = join(runFolder, 'crash-armed');
    this.#pointsFile = join(runFolder, 'crash-points');
    this.#barrierFile = join(runFolder, 'journal-before');
  }

  async play(): Promise<CrashOutcome> {
    const { diesAt, death } = this.#options;
    const { runFolder } = this.#stack.paths;
    const plan: CrashPlan = { diesAt, isPowerCut: death === 'powerCut', armedFile: this.#armedFile, pointsFile: this.#pointsFile, barrierFile: this.#barrierFile, lines: COUNTED_LINES.map((name) => join(runFolder, RUN_FILES.ttys, name)) };
    await this.#startCore({ nodeArguments: ['--import', HOOK], environment: { [CRASH_PLAN_VARIABLE]: JSON.stringify(plan) }, mayDie: true });
    await this.#connect();
    await this.#watch.until((model) => model.screen === 'attract' && model.data.operations.every((tile) => tile.available), 'the greeting with everything on offer', READY_MS);
    for (const { target, command } of this.#scenario.faults) await this.#command(target, command as { readonly do: string });
    writeFileSync(this.#armedFile, '');
    const problem = await this.#playUntilDeath();
    // From here on it may no longer die: what is compared stands still.
    rmSync(this.#armedFile, { force: true });
    const hasDied = this.#stack.isCoreGone();
    const points = this.#points();
    const point = hasDied ? (points.at(-1) ?? null) : null;
    if (hasDied) await this.#startAgain(point);
    return { point, points, problems: [...(problem === null || hasDied ? [] : [problem]), ...(await this.#account())] };
  }

  async close(): Promise<void> {
    this.#watch.disconnect();
    await this.#stack.close();
  }

  /**
   * A visit is over when the terminal greets the next customer and nothing waits for the bank; until then the core may die.
   * @returns null: he got what he came for, or the core is dead, under whose hands his problems do not matter
   */
  async #playUntilDeath(): Promise<string | null> {
    const death = (async () => {
      while (!this.#stack.isCoreGone()) await delay(this.#clock, LOOK_MS);
      return null;
    })();
    const customer = new Customer({
      scenario: this.#scenario, clock: this.#clock, watch: this.#watch, telephone: new Telephone(this.#stack.bank),
      command: (target, command) => this.#command(target, command), killCore: () => Promise.resolve(), coreEnds: () => Promise.resolve(), hangCore: () => Promise.resolve(), killWindow: () => Promise.resolve(), settled: () => Promise.resolve(),
    });
    const visit = (async () => {
      try {
        await customer.play();
        await this.#untilGreeting();
        await this.#untilSettled();
        return null;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    })();
    return Promise.race([death, visit]);
  }

  async #startAgain(point: NamedPoint | null): Promise<void> {
    this.#watch.disconnect();
    if (this.#options.death === 'powerCut') {
      for (const name of DEVICES) await this.#command(name, { do: 'powerOff' });
      // Whatever was committed before was synced before: only a sync that the cut interrupts leaves less than all.
      if (point?.at === 'duringSync') tearLog(this.#barrierFile, `${this.#stack.paths.journal}-wal`, new Chance(seededRandom(this.#options.seed * 1_000 + point.point)));
      for (const name of DEVICES) await this.#command(name, { do: 'powerOn' });
    }
    await this.#stack.killCore();
    await this.#startCore({});
    await this.#connect();
  }

  #startCore(options: Parameters<TerminalStack['startCore']>[0]): Promise<void> {
    const { coreProgram } = this.#options;
    return this.#stack.startCore({ ...options, ...(coreProgram === undefined ? {} : { program: coreProgram }) });
  }

  /** Whoever still stands there reads what is shown and goes on; most screens would wait a minute for it. */
  async #untilGreeting(): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + READY_MS;
    const isGreeting = (model: ScreenModel) => model.screen === 'attract' && model.data.operations.some((tile) => tile.available);
    for (;;) {
      const leftMs = deadlineMs - this.#clock.monotonicMs();
      const shown = await this.#watch.until((model) => isGreeting(model) || (model.screen.startsWith('result-') && offers(model, 'next')), 'the greeting', Math.max(1, leftMs));
      if (isGreeting(shown)) return;
      await this.#watch.touch((model) => model.screen === shown.screen && offers(model, 'next'), ({ revision }) => ({ kind: 'next', revision }), 'a button', TOUCH_MS).catch(() => null);
    }
  }

  /** Whatever the device shows afterwards, a technician takes the notes out of the way and the three accounts are compared. */
  async #account(): Promise<readonly string[]> {
    const problems: string[] = [];
    const note = (error: unknown) => void problems.push(error instanceof Error ? error.message : String(error));
    await this.#untilGreeting().catch(note);
    await this.#untilSettled().catch(note);
    await this.#stack.stopCore();
    const world = (target: string) => this.#command(target, { do: 'world' });
    const worlds: Worlds = { acceptor: await world('acceptor'), dispenser: await world('dispenser'), printer: await world('printer'), bank: await world('bank'), 'coin-acceptor': await world('coin-acceptor'), 'coin-dispenser': await world('coin-dispenser') };
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
        ...cassetteProblems(worlds, opened.value, this.#stack.cassettes),
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

  #points(): readonly NamedPoint[] {
    if (!existsSync(this.#pointsFile)) return [];
    return readFileSync(this.#pointsFile, 'utf8').split('\n').filter((line) => line !== '').map((line) => namedPointSchema.parse(JSON.parse(line)));
  }

  async #command(target: string, command: { readonly do: string; readonly [key: string]: Json }): Promise<Json> {
    const client = target === 'bank' ? this.#stack.bank : this.#stack.devices;
    const answer = await client.send(target, command);
    if (!answer.ok) throw new Error(`${target} ${JSON.stringify(command)}: ${answer.error.code}: ${answer.error.detail}`);
    return answer.value;
  }
}
