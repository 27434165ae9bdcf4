import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Signer } from '../../../main/host/signing/signer.ts';
import type { SamplePki } from '../../bank-host/pki.ts';
import type { Finding } from '../checkers/findings.ts';
import { readJournalMoney } from '../checkers/journal-money.ts';
import { checkLostEnd } from '../checkers/lost-end.ts';
import { checkQueue } from '../checkers/queue.ts';
import { checkSuspense } from '../checkers/suspense.ts';
import type { CoreLife } from '../core-life.ts';
import { createCoreLife } from '../core-life.ts';
import { bringBack, loseDisk } from '../lost-disk.ts';
import { settleByTwo } from '../message-technicians.ts';
import { cutCommits } from '../short-copy.ts';
import { WORLD_START_UTC_MS } from '../simulated-world.ts';
import { isAtRest, isDrained, isInService, newestCode } from '../terminal-signs.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import type { Surroundings, VirtualTerminal } from '../virtual-terminal.ts';
import { createVirtualTerminal } from '../virtual-terminal.ts';
import type { HardwareName } from '../world-hardware.ts';
import { hardwareOptions } from '../world-hardware.ts';
import type { CrashOperation } from './crash-cells.ts';
import { PlainCustomer } from './plain-customer.ts';

export interface LostEndOptions {
  readonly operation: CrashOperation;
  /** Of another customer after him, with whom nothing goes wrong. */
  readonly then?: CrashOperation;
  readonly hardware: HardwareName;
  /** Commit of the visit, from 1, after which core and disk are gone; null: the bank has heard everything by then. */
  readonly diesAfter: number | null;
  /** Newest commits that the second copy had not yet. */
  readonly lacksCommits: number;
  readonly pki: SamplePki;
  readonly signer: Signer;
  /** Exists and is empty: journal and copy lie there. */
  readonly folder: string;
}

export interface LostEndOutcome {
  /** false: the visit had ended before. */
  readonly hasDied: boolean;
  /** Kinds of the entries that are lost; null: there were not so many. */
  readonly lost: readonly string[] | null;
  readonly findings: readonly Finding[];
}

const BOOT_LIMIT_MS = 5 * 60_000;
const REST_LIMIT_MS = 15 * 60_000;
/** Whatever waits was tried often enough. */
const DELIVERED_MS = 120_000;
const DRAIN_LIMIT_MS = 3 * 3_600_000;
const STEP_MS = 700;
const STEPS_MAX = 400;
/** Until a technician has put a new disk in. */
const DARK_MS = 3_600_000;

/** One plain visit; then the disk is gone, and the journal is restored from a copy that lacks its newest commits, whatever they are. What the terminal makes of the operation that was open there is compared with notes and bank. */
export async function playLostEnd(options: LostEndOptions): Promise<LostEndOutcome> {
  const visit = new LostEndVisit(options);
  try {
    return await visit.play();
  } finally {
    await visit.close();
  }
}

class LostEndVisit {
  readonly #options: LostEndOptions;
  readonly #clock = createVirtualClock({ startUtcMs: WORLD_START_UTC_MS });
  readonly #path: string;
  #lives = 0;
  #life: CoreLife;
  #virtual: VirtualTerminal;

  constructor(options: LostEndOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'journal.sqlite');
    this.#life = createCoreLife(this.#clock);
    this.#virtual = this.#compose();
  }

  async play(): Promise<LostEndOutcome> {
    const { diesAfter, lacksCommits } = this.#options;
    if (!(await this.#until(() => this.#virtual.terminal.isReady() && isInService(this.#model), BOOT_LIMIT_MS))) throw new Error('not in service after the boot');
    if (diesAfter !== null) this.#life.dieAtCommit({ commitsLeft: diesAfter, when: 'after' });
    await this.#serve(this.#options.operation);
    if (this.#options.then !== undefined && !this.#life.isOver) await this.#serve(this.#options.then);
    const hasDied = this.#life.isOver;
    const { surroundings, config, sealer } = this.#virtual;
    await this.close(false);
    let lost: readonly string[] | null = null;
    await loseDisk({ beforeSession: 0, leaves: 'nothing', lacksPercent: 0, isTorn: false, lacksCommits: 0 }, this.#path, (folder) => void (lost = cutCommits(folder, lacksCommits)));
    if (lost === null) return { hasDied, lost, findings: [] };
    for (const end of ['-wal', '-shm']) rmSync(`${this.#path}${end}`, { force: true });
    await this.#clock.advance(DARK_MS);
    surroundings.dispenser.control({ do: 'takeNotes' });
    surroundings.printer.control({ do: 'takeReceipt' });
    await bringBack({ journalPath: this.#path, terminalNumber: config.terminal.number, clock: this.#clock, sealer, bootId: 'restore' });
    this.#virtual = this.#compose(surroundings);
    return { hasDied, lost, findings: await this.#look(lost) };
  }

  async close(isLast = true): Promise<void> {
    const journal = this.#virtual.journal();
    this.#life.end();
    await this.#clock.advance(0);
    journal?.close();
    if (isLast) this.#virtual.surroundings.bank.database.close();
  }

  get #model() {
    return this.#virtual.terminal.desk.model;
  }

  async #until(isDone: () => boolean, limitMs: number): Promise<boolean> {
    await this.#clock.runUntil(() => this.#life.isOver || isDone(), limitMs);
    return !this.#life.isOver && isDone();
  }

  /** Until nobody stands there and the bank has heard of it, or the core is gone. */
  async #serve(operation: CrashOperation): Promise<void> {
    const customer = new PlainCustomer(operation, (phone) => newestCode(this.#virtual.surroundings.bank, phone));
    let hasBegun = false;
    for (let step = 0; step < STEPS_MAX && !this.#life.isOver; step += 1) {
      if (hasBegun && isAtRest(this.#model)) break;
      if (!isAtRest(this.#model)) hasBegun = true;
      customer.act(this.#virtual);
      await this.#until(() => false, STEP_MS);
    }
    await this.#until(() => isAtRest(this.#model) && isDrained(this.#virtual.journal()), DRAIN_LIMIT_MS);
  }

  async #look(lost: readonly string[]): Promise<readonly Finding[]> {
    if (!(await this.#until(() => this.#virtual.journal() !== null && isInService(this.#model), REST_LIMIT_MS))) return [{ rule: 'session', detail: `not in service after the journal was restored: ${this.#model.screen}` }];
    await this.#until(() => false, DELIVERED_MS);
    const parts = this.#virtual.terminal.parts();
    for (const { messageId } of parts?.journal.messages({ states: ['parked'], limit: 100 }) ?? []) settleByTwo(parts!, messageId);
    await this.#until(() => isDrained(this.#virtual.journal()), DRAIN_LIMIT_MS);
    const journal = this.#virtual.journal();
    if (journal === null) throw new Error('the restored journal was closed');
    const { bank } = this.#virtual.surroundings;
    for (const { suspenseId } of bank.suspense.items()) bank.suspense.decide({ suspenseId, to: 'matched', authority: 'claims', reason: 'counted' });
    const money = readJournalMoney(journal);
    const isOpen = journal.openOperationIds().map((operationId): Finding => ({ rule: 'session', detail: `operation ${operationId} is still open` }));
    return [...isOpen, ...checkLostEnd(this.#virtual.surroundings, journal, money, lost), ...checkSuspense(journal, money), ...checkQueue(journal)];
  }

  #compose(surroundings?: Surroundings): VirtualTerminal {
    this.#lives += 1;
    const { pki, signer, hardware } = this.#options;
    const life = (this.#life = createCoreLife(this.#clock));
    const virtual = createVirtualTerminal({ clock: this.#clock, seed: 1_000 + this.#lives, pki, signer, ...hardwareOptions(hardware), journalPath: this.#path, life, bootId: `boot-${this.#lives}`, heartbeatMs: 60_000, onGiveUp: () => life.end(), ...(surroundings === undefined ? {} : { surroundings }) });
    virtual.terminal.start();
    return virtual;
  }
}
