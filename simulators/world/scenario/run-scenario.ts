import { join } from 'node:path';
import { FINAL_MESSAGE_STATES } from '../../../main/contracts/message-state.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import { openJournalForReading } from '../../../main/journal/open-journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { readJournalKeyFile } from '../../../main/system/journal-key-file.ts';
import type { Scenario, ScenarioFault } from '../../scenarios/schema.ts';
import type { Json } from '../../simulator.ts';
import type { CashAccount, Worlds } from './cash-figures.ts';
import { cashAccount, cashProblems, cassetteProblems } from './cash-figures.ts';
import { Customer } from './customer.ts';
import { keepVisit, printedPapers } from './keep.ts';
import { ScreenWatch } from './screen-watch.ts';
import { Telephone } from './telephone.ts';
import { TerminalStack } from './terminal-stack.ts';
import { TimeLine } from './time-line.ts';
import { unstruckFaults } from './unstruck-faults.ts';
import type { VisitReport } from './visit-report.ts';
import { expectationProblems, reportedMessages, reportedReceipts } from './visit-report.ts';

/** Only so that a terminal that never comes up ends the visit, however crowded the machine. */
const READY_MS = 60_000;
/** Retries back off to a minute in the field; inside a visit a lost answer is repeated after seconds. */
const SETTLED_MS = 90_000;
const LAST_SCREEN_MS = 30_000;
const CONNECT_MS = 30_000;
const EVENT_MS = 40_000;
/** The customer is given 45 s, the rest of the stop a few. */
const CORE_END_MS = 90_000;
const LOOK_MS = 100;

type Command = { readonly do: string; readonly [key: string]: Json };

/**
 * Plays one visit against a complete terminal of its own processes and says what came of it.
 *
 * @param options.keepFolder everything is left there; null: nothing is
 * @throws when the terminal itself cannot be started; what goes wrong during the visit is a problem of the report
 */
export async function runScenario(scenario: Scenario, options: { readonly clock: Clock; readonly keepFolder: string | null }): Promise<VisitReport> {
  const { clock } = options;
  const stack = await TerminalStack.start(scenario, clock);
  const visit = new Visit(scenario, stack, clock);
  try {
    const problems = await visit.play();
    return await visit.report(problems, options.keepFolder);
  } finally {
    await visit.close();
  }
}

class Visit {
  readonly #scenario: Scenario;
  readonly #stack: TerminalStack;
  readonly #clock: Clock;
  readonly #watch: ScreenWatch;
  readonly #telephone: Telephone;
  readonly #timeLine = new TimeLine();
  readonly #faultProblems: string[] = [];

  constructor(scenario: Scenario, stack: TerminalStack, clock: Clock) {
    this.#scenario = scenario;
    this.#stack = stack;
    this.#clock = clock;
    this.#watch = new ScreenWatch(clock);
    this.#telephone = new Telephone(stack.bank);
  }

  /** @returns what went wrong on the way */
  async play(): Promise<string[]> {
    const { faults, expect } = this.#scenario;
    for (const client of [this.#stack.devices, this.#stack.bank]) this.#timeLine.followSimulators(client);
    for (const fault of faults.filter(({ when }) => when === 'start')) await this.#command(fault.target, fault.command as Command);
    this.#armOnScreens(faults);
    const problems: string[] = [];
    try {
      await this.#startCore();
      await this.#untilReady();
      this.#watch.startRecording();
      await new Customer({
        scenario: this.#scenario, clock: this.#clock, watch: this.#watch, telephone: this.#telephone,
        command: (target, command) => this.#command(target, command),
        killCore: (after) => this.#killCore(after),
        coreEnds: (exitCode) => this.#untilCoreEnds(exitCode),
        hangCore: () => this.#hangCore(),
        killWindow: () => this.#connectWindow(),
        settled: () => this.#untilSettled(),
      }).play();
      const { lastScreen } = expect;
      if (lastScreen !== undefined) await this.#watch.until(({ screen }) => screen === lastScreen, `${lastScreen} as the last screen`, LAST_SCREEN_MS);
      await this.#untilSettled();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
    if (this.#watch.brokenBy !== null) problems.push(this.#watch.brokenBy);
    return [...problems, ...this.#faultProblems];
  }

  /** Stops the core, so that its journal is whole, and puts the three accounts side by side. */
  async report(problems: readonly string[], keepFolder: string | null): Promise<VisitReport> {
    const { devices, paths } = this.#stack;
    const screens = [...this.#watch.entered];
    const refusal = this.#watch.lastRefusal;
    await this.#stack.stopCore();
    const world = async (target: string) => this.#command(target, { do: 'world' });
    const worlds: Worlds = { acceptor: await world('acceptor'), dispenser: await world('dispenser'), printer: await world('printer'), bank: await world('bank'), 'coin-acceptor': await world('coin-acceptor'), 'coin-dispenser': await world('coin-dispenser') };
    const papers = keepFolder === null ? [] : await printedPapers(devices);
    const opened = this.#openJournal();
    if (!opened.ok) throw new Error(`the journal cannot be read: ${opened.error.code} ${opened.error.detail}`);
    const journal = opened.value;
    try {
      const cash = cashAccount(worlds, journal);
      const visit = { scenario: this.#scenario.name, screens, cash: figures(cash), receipts: reportedReceipts(journal), messages: reportedMessages(journal), refusal };
      const verified = journal.verify();
      const found = [
        ...problems,
        ...this.#stack.deaths(),
        ...unstruckFaults(this.#scenario, worlds),
        ...(verified.ok ? [] : [`journal: entry ${verified.error.entryNumber}: ${verified.error.detail}`]),
        ...cashProblems(cash, worlds),
        ...cassetteProblems(worlds, journal, this.#stack.cassettes),
        ...expectationProblems(this.#scenario.expect, visit, worlds),
      ];
      const report: VisitReport = { ok: found.length === 0, ...visit, problems: found };
      if (keepFolder === null) return report;
      const kept = { folder: keepFolder, report, journal, journalPath: paths.journal, coreLogPath: paths.coreLog, configPath: paths.config, worlds, papers, timeLine: this.#timeLine.entries(), telephone: this.#telephone };
      const secrets = keepVisit(kept);
      return secrets.length === 0 ? report : { ...report, ok: false, problems: [...found, ...secrets] };
    } finally {
      journal.close();
    }
  }

  async close(): Promise<void> {
    this.#watch.disconnect();
    this.#timeLine.close();
    await this.#stack.close();
  }

  async #command(target: string, command: Command): Promise<Json> {
    const client = target === 'bank' ? this.#stack.bank : this.#stack.devices;
    const answer = await client.send(target, command);
    if (!answer.ok) throw new Error(`${target} ${JSON.stringify(command)}: ${answer.error.code}: ${answer.error.detail}`);
    return answer.value;
  }

  #armOnScreens(faults: readonly ScenarioFault[]): void {
    const waiting = [...faults.filter(({ when }) => when !== 'start')];
    this.#watch.onEntered((screen) => {
      for (const fault of waiting.filter(({ when }) => when !== 'start' && when.screen === screen)) {
        waiting.splice(waiting.indexOf(fault), 1);
        this.#command(fault.target, fault.command as Command).catch((error: unknown) => void this.#faultProblems.push(error instanceof Error ? error.message : String(error)));
      }
    });
  }

  async #startCore(): Promise<void> {
    await this.#stack.startCore();
    this.#timeLine.followCore(join(this.#stack.paths.runFolder, RUN_FILES.coreTimeline));
    await this.#connectWindow();
  }

  /** As a window does: again and again, for a core that has just started may be too busy to greet. */
  async #connectWindow(): Promise<void> {
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

  async #killCore(after: { readonly target: string; readonly event: string } | undefined): Promise<void> {
    const isOver = after === undefined || (await Promise.race([this.#timeLine.next(after).then(() => true), delay(this.#clock, EVENT_MS).then(() => false)]));
    if (!isOver) throw new Error(`waited ${EVENT_MS / 1000} s for ${after.event} of ${after.target}`);
    this.#timeLine.note(this.#clock.nowUtcMs(), 'core.killed');
    this.#watch.disconnect();
    await this.#stack.killCore();
    await this.#startCore();
  }

  async #untilCoreEnds(exitCode: number): Promise<void> {
    const found = await this.#stack.untilCoreEnds(CORE_END_MS);
    this.#watch.disconnect();
    if (found !== exitCode) throw new Error(found === null ? `the core still runs after ${CORE_END_MS / 1000} s` : `the core ended with ${found}`);
    this.#timeLine.note(this.#clock.nowUtcMs(), 'core.ended', { exitCode });
    await this.#startCore();
  }

  /** As a computer whose power the board cuts: nothing of the core is left, and a new one starts. */
  async #hangCore(): Promise<void> {
    const restarted = this.#timeLine.next({ target: 'watchdog', event: 'computerReset' }).then(() => true);
    this.#stack.freezeCore();
    this.#timeLine.note(this.#clock.nowUtcMs(), 'core.frozen');
    if (!(await Promise.race([restarted, delay(this.#clock, EVENT_MS).then(() => false)]))) throw new Error(`the watchdog did not restart the computer within ${EVENT_MS / 1000} s`);
    this.#watch.disconnect();
    await this.#stack.killCore();
    await this.#startCore();
  }

  /** The greeting, with all on offer but what the scenario says. */
  async #untilReady(): Promise<void> {
    const { without } = this.#scenario;
    const isReady = (model: ScreenModel) => model.screen === 'attract' && model.data.operations.every((tile) => tile.available !== without.includes(tile.operation));
    await this.#watch.until(isReady, `a terminal that offers everything${without.length === 0 ? '' : ` but ${without.join(', ')}`}`, READY_MS);
  }

  /** Until every message that must reach the bank has its final answer. */
  async #untilSettled(): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + SETTLED_MS;
    for (;;) {
      const waiting = this.#waitingMessages();
      if (waiting.length === 0) return;
      if (this.#clock.monotonicMs() > deadlineMs) throw new Error(`messages still waiting: ${waiting.join(', ')}`);
      await delay(this.#clock, LOOK_MS);
    }
  }

  /** With its keys: what is personal in it is part of the account. They are there as soon as the core has begun its journal. */
  #openJournal(): ReturnType<typeof openJournalForReading> {
    const { journal, journalKeys } = this.#stack.paths;
    const keys = readJournalKeyFile(journalKeys);
    return openJournalForReading(journal, keys.ok ? { keys: createJournalKeys(keys.value, cryptoRandom()) } : {});
  }

  #waitingMessages(): readonly string[] {
    const opened = this.#openJournal();
    if (!opened.ok) return [];
    try {
      const messages = opened.value.messages({ limit: 1_000 }).filter(({ lane, state }) => lane !== 'online' && !FINAL_MESSAGE_STATES.includes(state)).map(({ operation, state }) => `${operation} ${state}`);
      // What an operation leaves to be told is staged before it closes.
      const open = opened.value.openOperationIds().map(() => 'an operation still open');
      return [...open, ...messages, ...opened.value.suspense({ isTold: false }).map(() => 'suspense.report not staged')];
    } finally {
      opened.value.close();
    }
  }
}

function figures({ movedMinor, journalMinor, hostMinor, suspenseMinor }: CashAccount): VisitReport['cash'] {
  return { movedMinor, journalMinor, hostMinor, suspenseMinor };
}
