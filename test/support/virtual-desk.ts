import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { Config } from '../../main/contracts/config.ts';
import type { Intent } from '../../main/contracts/intent.ts';
import type { ScreenData, ScreenId, ScreenModel } from '../../main/contracts/screen-model.ts';
import type { EntryData, EntryKind } from '../../main/journal/entry-kinds.ts';
import type { GiveUp } from '../../main/core/compose.ts';
import type { Journal, JournalEntry, JournalError } from '../../main/journal/journal.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { JournalFaults } from '../../main/journal/writer.ts';
import type { FaultCommand } from '../../simulators/bank-host/faults.ts';
import { SAMPLE_TERMINAL_ID } from '../../simulators/bank-host/sample-bank.ts';
import { createIoBoardSimulator } from '../../simulators/auxiliaries/io-board/simulator.ts';
import { createNutUpsSimulator } from '../../simulators/auxiliaries/nut-ups/simulator.ts';
import { createOsmpWatchdogSimulator } from '../../simulators/auxiliaries/osmp-watchdog/simulator.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { DeviceSimulator } from '../../simulators/simulator.ts';
import type { SampleCoins, WorldAcceptorProtocol, WorldDispenserProtocol } from '../../simulators/terminal/sample-config.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { Sabotage } from '../../simulators/world/sabotage/sabotage.ts';
import { readJournalMoney } from '../../simulators/world/checkers/journal-money.ts';
import type { CoreLife } from '../../simulators/world/core-life.ts';
import { createCoreLife } from '../../simulators/world/core-life.ts';
import { createVirtualClock, type VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualTerminal, type VirtualTerminal, type WorldRecycler } from '../../simulators/world/virtual-terminal.ts';

/** Invented; see the bank simulator's sample data. */
export const SAMPLE = { phone: '+77000001234', onePhone: '+77000007777', poorPhone: '+77000006666', blockedPhone: '+77000009999', sharedPhone: '+77000005678', sharedBirthDate: '02022001', strangerPhone: '+77000004321' } as const;

/** Little patience, for tests in which nobody comes back: a second of virtual time costs a few polls of each device. */
export const IMPATIENT: Partial<Config['limits']> = { patienceMs: { ordinary: 6_000, cashIn: 60_000, warning: 2_000, result: 3_000 }, takeCashMs: 2_000, takeReceiptMs: 1_000, farewellMs: 500 };

/** Keys and a scratch folder, made once for each test file. */
const folder = mkdtempSync(join(tmpdir(), 'qolma-core-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let worldCount = 0;

export interface DeskWorldOptions {
  readonly limits?: Partial<Config['limits']>;
  readonly log?: Log;
  readonly seed?: number;
  /** With an I/O board, whose key leads to service mode. */
  readonly hasOperatorKey?: boolean;
  /** With a UPS and a watchdog board. */
  readonly hasAuxiliaries?: boolean;
  readonly acceptor?: WorldAcceptorProtocol;
  readonly dispenser?: WorldDispenserProtocol;
  readonly recycler?: WorldRecycler;
  readonly coins?: SampleCoins;
  /** Devices have the other firmware wherever it differs. */
  readonly hasOtherFirmware?: boolean;
  readonly hasCardLikeReferences?: boolean;
  /** Between core and bank, anew for each core. */
  readonly between?: Pick<Sabotage, 'codec' | 'line'>;
}

type Fields<Kind extends Intent['kind']> = Omit<Extract<Intent, { kind: Kind }>, 'kind' | 'revision'>;

/** The core died in the middle of what the test did (`dieAtCommit`). */
export class CoreDied extends Error {
  override readonly name = 'CoreDied';
}

/** A terminal on virtual time with a customer's hands: what a test says in the words of the screens. */
export class DeskWorld {
  readonly clock: VirtualClock;
  readonly #options: DeskWorldOptions;
  readonly journalPath = join(folder, `journal-${(worldCount += 1)}`, 'journal.sqlite');
  #virtual: VirtualTerminal;
  #lives = 0;
  #bootedAtMs = 0;
  readonly #entries: JournalEntry[] = [];
  #life!: CoreLife;
  /** Screens in the order in which they were shown. */
  readonly screens: ScreenId[] = [];
  /** Set to make each commit fail. */
  isDiskFull = false;
  /** Set to make each commit fail so. */
  journalFault: JournalError | null = null;
  /** What the disk says to these entries; null: it takes them. */
  refusal: JournalFaults['beforeCommit'] = () => null;
  /** How far the terminal's own clock is off. */
  wallOffsetMs = 0;
  /** First byte of the key that the next core is given. */
  journalKeyByte = 7;
  /** Why a core gave up, and how often. */
  readonly givenUp: GiveUp[] = [];
  readonly isCashMoving = (): boolean => this.#virtual.terminal.isCashMoving();
  readonly switches: DeviceSimulator;
  readonly powerSupply: DeviceSimulator;
  readonly watchdog: DeviceSimulator;
  readonly #lines: Readonly<Record<'switches' | 'powerSupply' | 'watchdog', ReturnType<typeof createMemoryLine>>>;

  constructor(options: DeskWorldOptions = {}) {
    this.#options = options;
    this.clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 3, 27, 5, 0, 0) });
    const line = (name: string) => createMemoryLine({ name, clock: this.clock });
    this.#lines = { switches: line('switches'), powerSupply: line('power-supply'), watchdog: line('watchdog') };
    const environment = { clock: this.clock, random: seededRandom(3), timeFactor: 1 };
    this.switches = createIoBoardSimulator({ ...environment, line: this.#lines.switches.line }, {});
    this.powerSupply = createNutUpsSimulator({ ...environment, line: this.#lines.powerSupply.line }, {});
    this.watchdog = createOsmpWatchdogSimulator({ ...environment, line: this.#lines.watchdog.line }, {});
    if (options.hasOperatorKey === true) this.switches.start();
    if (options.hasAuxiliaries === true) for (const simulator of [this.powerSupply, this.watchdog]) simulator.start();
    this.#virtual = this.#compose(undefined);
  }

  /** Data folder of the terminal: its journal lies there, to be read once the world has stopped. */
  get dataFolder(): string {
    return dirname(this.journalPath);
  }

  get desk() {
    return this.#virtual.terminal.desk;
  }

  get model(): ScreenModel {
    return this.desk.model;
  }

  get surroundings() {
    return this.#virtual.surroundings;
  }

  get bank() {
    return this.surroundings.bank;
  }

  get sealer() {
    return this.#virtual.sealer;
  }

  get journal(): Journal {
    const journal = this.#virtual.journal();
    if (journal === null) throw new Error('the journal is not open');
    return journal;
  }

  /** False until a core has opened its journal. */
  get isJournalOpen(): boolean {
    return this.#virtual.journal() !== null;
  }

  get parts() {
    const parts = this.#virtual.terminal.parts();
    if (parts === null) throw new Error('the core is not up');
    return parts;
  }

  data<Id extends ScreenId>(screen: Id): ScreenData<Id> {
    if (this.model.screen !== screen) throw new Error(`the screen is ${this.model.screen}, not ${screen}`);
    return this.model.data as ScreenData<Id>;
  }

  /** Lets the core die at one of its next commits (`CoreLife.dieAtCommit`). */
  dieAtCommit(commitsLeft: number, when: 'before' | 'after'): void {
    this.#life.dieAtCommit({ commitsLeft, when });
  }

  get isDead(): boolean {
    return this.#life.isOver;
  }

  /** Power or process gone; hardware and bank go on. */
  die(): void {
    this.#life.end();
  }

  /** Power back after a time without: a new core on a computer whose monotonic clock begins anew. */
  reboot(): void {
    this.#bootedAtMs = this.clock.monotonicMs();
    this.restart();
  }

  /** A new core on the same hardware, bank and journal file. */
  restart(): void {
    this.#life.end();
    this.#virtual.journal()?.close();
    this.#virtual = this.#compose(this.surroundings);
  }

  /** The core ends in order; hardware and bank go on. */
  async stopCore(): Promise<void> {
    const stopped = this.#virtual.terminal.stop();
    await this.clock.advance(1_000);
    await stopped;
  }

  async stop(): Promise<void> {
    await this.stopCore();
    for (const simulator of [this.surroundings.acceptor, this.surroundings.dispenser, this.surroundings.printer, ...(this.surroundings.coins === null ? [] : [this.surroundings.coins.acceptor, this.surroundings.coins.hopper])]) simulator.stop();
  }

  /** Runs until the screen is shown. Fails with the screens seen when it is not. */
  async until(screen: ScreenId | readonly ScreenId[], limitMs = 120_000): Promise<ScreenModel> {
    const wanted: readonly string[] = typeof screen === 'string' ? [screen] : screen;
    await this.#runUntil(() => wanted.includes(this.model.screen), limitMs, () => `${wanted.join(' or ')} was shown`);
    return this.model;
  }

  async when(predicate: () => boolean, what: string, limitMs = 120_000): Promise<void> {
    await this.#runUntil(predicate, limitMs, () => what);
  }

  /** @throws CoreDied when the core's life ended meanwhile */
  async #runUntil(predicate: () => boolean, limitMs: number, what: () => string): Promise<void> {
    const held = await this.clock.runUntil(() => this.isDead || predicate(), limitMs);
    if (this.isDead) throw new CoreDied();
    if (!held) throw new Error(`not within ${limitMs} ms: ${what()}; last screens: ${this.screens.slice(-6).join(' → ')}; now ${JSON.stringify(this.model).slice(0, 500)}`);
  }

  /** A finger on the screen that is shown now. @throws when the core drops it */
  async press<Kind extends Intent['kind']>(kind: Kind, ...[fields]: Record<never, never> extends Fields<Kind> ? [Fields<Kind>?] : [Fields<Kind>]): Promise<void> {
    const dropped = this.desk.intent({ kind, revision: this.model.revision, ...fields });
    if (this.isDead) throw new CoreDied();
    if (dropped !== null) throw new Error(`${kind} on ${this.model.screen} was dropped: ${dropped}`);
    await this.clock.advance(0);
  }

  insert(denominationMinor: number, kind: 'genuine' | 'counterfeit' = 'genuine'): void {
    const inserted = this.surroundings.acceptor.control({ do: 'insertNote', denominationMinor, kind });
    if (!inserted.ok) throw new Error(`the note does not go in: ${inserted.error.detail}`);
  }

  /** Inserts and waits until it is counted. */
  async insertCounted(denominationMinor: number): Promise<void> {
    await this.when(() => this.model.screen === 'cash-in' && this.data('cash-in').noteState === 'waiting', 'the mouth is open');
    const before = this.data('cash-in').noteCount;
    this.insert(denominationMinor);
    await this.when(() => this.model.screen === 'cash-in' && this.data('cash-in').noteCount === before + 1 && ['waiting', 'stopped'].includes(this.data('cash-in').noteState), 'the note is counted');
  }

  fault(device: 'acceptor' | 'dispenser' | 'printer', fault: object): void {
    const done = this.surroundings[device].control({ do: 'fault', ...fault });
    if (!done.ok) throw new Error(done.error.detail);
  }

  hands(device: 'acceptor' | 'dispenser' | 'printer', command: object): void {
    const done = this.surroundings[device].control(command);
    if (!done.ok) throw new Error(done.error.detail);
  }

  arm(fault: FaultCommand['fault'], operation?: FaultCommand['operation'], more: Partial<FaultCommand> = {}): void {
    if (!this.bank.arm({ do: 'fault', fault, times: 1, refusal: 'RF-24', ...(operation === undefined ? {} : { operation }), ...more })) throw new Error('the fault board is full');
  }

  /** The newest code on a telephone; only a test's customer may read it. */
  code(phone: string): string {
    const text = this.bank.telephones.messages(phone).findLast((message) => message.kind === 'code')?.text ?? '';
    return /\d{6}/.exec(text)?.[0] ?? '';
  }

  async boot(): Promise<void> {
    await this.until('attract');
    await this.when(() => this.model.screen === 'attract' && (this.model.data as ScreenData<'attract'>).operations.every((tile) => tile.available), 'everything is offered');
  }

  async chooseOperation(operation: 'op-01' | 'op-05' | 'op-10'): Promise<void> {
    if (this.model.screen === 'attract') {
      await this.press('touch');
      await this.until('menu');
    }
    await this.press('chooseOperation', { operation });
  }

  async identify(phone: string = SAMPLE.onePhone): Promise<void> {
    await this.until('identify-phone');
    await this.press('submitPhone', { phone });
  }

  async enterCode(phone: string = SAMPLE.onePhone): Promise<void> {
    await this.when(() => this.model.screen === 'otp' && this.data('otp').state === 'awaitingEntry', 'the code is awaited');
    await this.press('submitCode', { code: this.code(phone) });
  }

  /** From attract to an open acceptor for the client with one account. */
  async toCashIn(phone: string = SAMPLE.onePhone): Promise<void> {
    await this.toIntro(phone);
    await this.press('next');
    await this.when(() => this.model.screen === 'cash-in' && this.data('cash-in').noteState === 'waiting', 'the acceptor is open');
  }

  async toIntro(phone: string = SAMPLE.onePhone): Promise<void> {
    await this.chooseOperation('op-01');
    await this.identify(phone);
    await this.enterCode(phone);
    await this.until(['account-choice', 'cash-in-intro']);
    if (this.model.screen === 'account-choice') await this.press('chooseAccount', { accountRef: this.data('account-choice').accounts[0]!.accountRef });
    await this.until('cash-in-intro');
  }

  /** From attract to the provider's fields. */
  async toFields(providerId: string, phone: string = SAMPLE.strangerPhone): Promise<void> {
    await this.chooseOperation('op-05');
    await this.identify(phone);
    await this.enterCode(phone);
    await this.until('provider-category');
    await this.press('searchProviders', { query: '' });
    await this.until('provider');
    await this.press('chooseProvider', { providerId });
    await this.until('provider-fields');
  }

  async toPayment(providerId: string, fields: Record<string, string>, phone: string = SAMPLE.strangerPhone): Promise<void> {
    await this.toFields(providerId, phone);
    await this.press('submitFields', { fields });
    await this.until('confirm');
    await this.press('next');
    await this.when(() => this.model.screen === 'cash-in' && this.data('cash-in').noteState === 'waiting', 'the acceptor is open');
  }

  /** From attract to the amounts, for the client with two accounts (the first of them). */
  async toAmount(phone: string = SAMPLE.phone): Promise<void> {
    await this.chooseOperation('op-10');
    await this.identify(phone);
    await this.enterCode(phone);
    await this.until(['account-choice', 'cash-out-amount', 'result-refused']);
    if (this.model.screen === 'account-choice') {
      await this.press('chooseAccount', { accountRef: this.data('account-choice').accounts[0]!.accountRef });
      await this.until('cash-out-amount');
    }
  }

  async toWithdrawalConfirm(amountMinor: number, phone: string = SAMPLE.phone): Promise<void> {
    await this.toAmount(phone);
    await this.press('chooseAmount', { amountMinor });
    await this.until(['confirm', 'result-refused']);
  }

  /** Kinds of the journal's entries that belong to sessions and operations, as they stand in the chain. */
  kinds(options: { readonly withMessages?: boolean; readonly fromEntryNumber?: number } = {}): string[] {
    const own = ['counts.changed', 'receipt.recorded', 'suspense.recorded', 'message.moved', ...(options.withMessages === true ? [] : ['message.staged'])];
    return this.entries(options.fromEntryNumber).filter((one) => one.sessionId !== undefined || one.operationId !== undefined).filter((one) => !own.includes(one.kind)).map((one) => one.kind);
  }

  /** The chain so far; only what is new is read. */
  entries(fromEntryNumber = 1): readonly JournalEntry[] {
    this.#entries.push(...this.journal.entries({ fromEntryNumber: this.#entries.length + 1, limit: 5_000 }));
    return fromEntryNumber === 1 ? this.#entries : this.#entries.slice(fromEntryNumber - 1);
  }

  dataOf<Kind extends EntryKind>(kind: Kind): EntryData<Kind>[] {
    return this.entries().filter((one) => one.kind === kind).map((one) => one.data as EntryData<Kind>);
  }

  /** Until the queue is empty: what had to reach the bank has. */
  async settleQueue(limitMs = 600_000): Promise<void> {
    await this.when(() => this.pendingMessages() === 0, 'the queue is empty', limitMs);
  }

  pendingMessages(): number {
    return this.journal.messages({ states: ['staged', 'ready', 'sending', 'awaiting', 'inProcess', 'unknown', 'parked'], limit: 500 }).filter((message) => message.lane !== 'online').length;
  }

  /** Physical, journal's and host's view of the money of this terminal, in minor units. */
  money() {
    const acceptor = this.surroundings.acceptor.world() as { readonly places: Record<string, { readonly sumMinor: number }> };
    const dispenser = this.surroundings.dispenser.world() as { readonly exitMinor: number; readonly takenMinor: number };
    const open = this.journal.suspense({ state: 'open' });
    const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
    const { operations } = readJournalMoney(this.journal);
    const suspense = (reason: string) => sum(open.filter((item) => item.reason === reason).map((item) => item.amountMinor));
    return {
      boxMinor: acceptor.places['box']!.sumMinor + acceptor.places['collected']!.sumMinor,
      stuckInMinor: acceptor.places['transport']!.sumMinor + acceptor.places['head']!.sumMinor + acceptor.places['escrow']!.sumMinor,
      outMinor: dispenser.exitMinor + dispenser.takenMinor,
      journalBoxMinor: sum(this.journal.cashUnits().filter((row) => row.unitId === 'acceptor.box').map((row) => row.denominationMinor * row.noteCount)),
      acceptedMinor: sum(this.dataOf('deposit.accepted').map((data) => data.insertedMinor)),
      retainedMinor: suspense('retained'),
      noteUncertainMinor: suspense('noteUncertain'),
      unassignedMinor: suspense('unassigned'),
      presentedMinor: sum(operations.map((operation) => operation.presentedMinor)),
      /** Beyond an authorisation the bank takes no doubt. */
      authorisedDoubtMinor: sum(operations.map(({ authorisedMinor, presentedMinor, uncertainOutMinor }) => Math.min(uncertainOutMinor, Math.max(0, (authorisedMinor ?? Infinity) - presentedMinor)))),
      dispenseUncertainMinor: 0 - suspense('dispenseUncertain'),
      reportRefusedMinor: suspense('reportRefused'),
      inTransportMinor: 0 - suspense('inTransport'),
      overDispensedMinor: 0 - suspense('overDispensed'),
      host: this.bank.ledger.terminalCash(SAMPLE_TERMINAL_ID),
    };
  }

  #compose(surroundings: VirtualTerminal['surroundings'] | undefined): VirtualTerminal {
    this.#lives += 1;
    const faults: JournalFaults = { beforeCommit: (entries) => (this.isDiskFull ? { code: 'JNL_UNWRITABLE', detail: 'disk full (test)' } : (this.journalFault ?? this.refusal(entries))) };
    this.#life = createCoreLife(this.clock, { wallOffsetMs: () => this.wallOffsetMs, bootedAtMs: this.#bootedAtMs });
    const virtual = createVirtualTerminal({ clock: this.clock, life: this.#life, seed: (this.#options.seed ?? 1) * 100 + this.#lives, pkiFolder: folder, journalPath: this.journalPath, journalFaults: faults, journalKeyByte: this.journalKeyByte, onGiveUp: (error) => this.givenUp.push(error),
      ...(this.#options.hasOperatorKey === true ? { switchesLine: this.#lines.switches.transport } : {}),
      ...(this.#options.hasAuxiliaries === true ? { powerSupplyLine: this.#lines.powerSupply.transport, watchdogLine: this.#lines.watchdog.transport } : {}),
      ...(this.#options.between === undefined ? {} : { sabotage: this.#options.between }), ...(this.#options.limits === undefined ? {} : { limits: this.#options.limits }), ...(this.#options.log === undefined ? {} : { log: this.#options.log }), ...(surroundings === undefined ? {} : { surroundings }), ...(this.#options.acceptor === undefined ? {} : { acceptor: this.#options.acceptor }), ...(this.#options.dispenser === undefined ? {} : { dispenser: this.#options.dispenser }), ...(this.#options.recycler === undefined ? {} : { recycler: this.#options.recycler }), ...(this.#options.coins === undefined ? {} : { coins: this.#options.coins }), hasCardLikeReferences: this.#options.hasCardLikeReferences === true, firmwareDiffers: () => this.#options.hasOtherFirmware === true,
    });
    virtual.terminal.desk.onModel((model) => {
      if (this.screens.at(-1) !== model.screen) this.screens.push(model.screen);
    });
    virtual.terminal.start();
    return virtual;
  }
}
