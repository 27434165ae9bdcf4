import type { ActorRefFrom } from 'xstate';
import type { OneTimeCodeContext } from '../../../state-machines/one-time-code/one-time-code.types.ts';
import { insertedMinor, isEnough } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { terminalMachine } from '../../../state-machines/terminal/terminal.machine.ts';
import type { FromCore } from '../../contracts/core-socket.ts';
import type { Intent, IntentKind } from '../../contracts/intent.ts';
import { intentSchema } from '../../contracts/intent.ts';

import type { Screen, ScreenData, ScreenModel } from '../../contracts/screen-model.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { TextKey } from '../../contracts/text-keys.ts';
import { beneathLeave, depositTarget, paymentTarget } from '../presenter/present-operations.ts';
import { presentTerminal } from '../presenter/present-terminal.ts';
import type { Presented, PresenterWorld } from '../presenter/presented.ts';
import type { ActiveActors, SessionSnapshot, SnapshotChain } from '../presenter/snapshot-chain.ts';
import { chainOf } from '../presenter/snapshot-chain.ts';
import type { ConsentRecorder } from './consent-recorder.ts';
import type { ReceiptWitness } from './receipt-witness.ts';

/** Screens on which nobody changes language or display: the technician's are dense and follow the session's end. */
const CUSTOMER_INTENTS: readonly IntentKind[] = ['language', 'display', 'activity'];
/** Buttons whose press is a consent to what the screen says. */
const CONSENTS: readonly IntentKind[] = ['next', 'leaveFinish', 'leaveWithoutCredit', 'chooseChange', 'submitPhone', 'submitIin'];

export interface DeskOptions {
  readonly terminal: ActorRefFrom<typeof terminalMachine>;
  readonly clock: Clock;
  readonly world: () => Omit<PresenterWorld, 'nowUtcMs' | 'monotonicMs' | 'screenSinceMs'>;
  readonly consents: ConsentRecorder;
  readonly witness: ReceiptWitness;
  readonly identity: { readonly number: string; readonly helpNumber: string };
}

export type Dropped = Extract<FromCore, { type: 'dropped' }>['reason'];

/**
 * Stands between the machines and the windows: makes the screen model of what the machines are doing, and lets an intent in only when it
 * was made on the screen that is shown now and that screen offers it. Runs the presence watch by the tags of the machines.
 */
export class FrontDesk {
  readonly #options: DeskOptions;
  readonly #listeners = new Set<(model: ScreenModel) => void>();
  readonly droppedCounts: Record<Dropped, number> = { stale: 0, notAllowed: 0, malformed: 0, tooMany: 0 };
  #model: ScreenModel;
  #fingerprint = '';
  #timing = '';
  #patienceKey = '';
  #presenceSinceMs = 0;
  #screenKey = '';
  #screenSinceMs = 0;
  #toast: { readonly id: number; readonly textKey: TextKey } | null = null;
  #refreshQueued = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#model = this.#compose(0).model;
    options.terminal.subscribe(() => this.refreshSoon());
  }

  get model(): ScreenModel {
    return this.#model;
  }

  /** The present screen once more, with its time limit as of now: for a window that (re)connects. */
  freshModel(): ScreenModel {
    return this.#compose(this.#model.revision).model;
  }

  onModel(listener: (model: ScreenModel) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something that a screen shows may have changed; several changes of one turn are one new screen. */
  refreshSoon(): void {
    if (this.#refreshQueued) return;
    this.#refreshQueued = true;
    queueMicrotask(() => {
      // What asked for it is on the screen already when an intent brought it there meanwhile.
      if (this.#refreshQueued) this.refresh();
    });
  }

  refresh(): void {
    this.#refreshQueued = false;
    // What was said to a customer goes with him: a window that opens later would say it to another one.
    if (chainOf(this.#options.terminal).chain.session === null) this.#toast = null;
    const composed = this.#compose(this.#model.revision + 1);
    this.#watchPresence(composed);
    const timing = `${this.#presenceSinceMs} ${this.#screenSinceMs}`;
    const isSame = composed.fingerprint === this.#fingerprint;
    if (isSame && timing === this.#timing) return;
    this.#fingerprint = composed.fingerprint;
    this.#timing = timing;
    // A restarted count-down alone is no new revision: a touch that is under way stays valid.
    const revision = isSame ? this.#model.revision : composed.model.revision;
    this.#model = { ...composed.model, revision, timeLimit: this.#timeLimit(composed.underlying, composed.chain) };
    this.#options.witness.changed(this.#model);
    for (const listener of [...this.#listeners]) listener(this.#model);
  }

  /** A window painted this revision; an older one says nothing about what is seen now. */
  shown(revision: number): void {
    if (revision === this.#model.revision) this.#options.witness.shown(this.#model);
  }

  toast(textKey: TextKey): void {
    this.#toast = { id: (this.#toast?.id ?? 0) + 1, textKey };
    this.refreshSoon();
  }

  /** @returns null when the intent took effect, else why it was dropped and counted */
  intent(input: unknown): Dropped | null {
    // What happened in this very turn is not on the screen yet: nobody can have meant it.
    if (this.#refreshQueued) this.refresh();
    const parsed = intentSchema.safeParse(input);
    const reason = parsed.success ? this.#objectionTo(parsed.data) : 'malformed';
    if (reason !== null || !parsed.success) {
      this.droppedCounts[reason ?? 'malformed'] += 1;
      return reason ?? 'malformed';
    }
    this.#deliver(parsed.data);
    return null;
  }

  #objectionTo(intent: Intent): Dropped | null {
    if (intent.revision !== this.#model.revision && intent.kind !== 'activity') return 'stale';
    if (!this.#model.intents.includes(intent.kind)) return 'notAllowed';
    // A tile that is off says why; it starts nothing.
    const isOff = intent.kind === 'chooseOperation' && this.#model.screen === 'menu' && !this.#model.data.operations.some((tile) => tile.operation === intent.operation && tile.available);
    return isOff ? 'notAllowed' : null;
  }

  #deliver(intent: Intent): void {
    const { actors, chain } = chainOf(this.#options.terminal);
    // By the bank's clock, against which it holds a consent: stamps of the journal stand still for as long as ours was ahead.
    const { parts } = this.#options.world();
    if (CONSENTS.includes(intent.kind)) this.#options.consents.note(this.#model, parts?.gateway.bankNowUtcMs() ?? parts?.journal.nowUtcMs() ?? this.#options.clock.nowUtcMs());
    this.#presenceSinceMs = this.#options.clock.monotonicMs();
    if (chain.session !== null) actors.session?.send({ type: 'presence.felt' });
    else if (chain.service !== null) (actors.deepest as { send(event: { type: 'presence.felt' }): void }).send({ type: 'presence.felt' });
    if (intent.kind === 'activity') {
      this.refresh();
      return;
    }
    const { kind, revision: _revision, ...fields } = intent;
    const event = { type: `intent.${kind}`, ...fields };
    const isSessions = kind === 'language' || kind === 'display' || kind === 'stillHere';
    const receiver = isSessions ? (actors.session ?? this.#options.terminal) : actors.deepest;
    (receiver as { send(event: object): void }).send(event);
    this.refresh();
  }

  #compose(revision: number): { readonly model: ScreenModel; readonly fingerprint: string; readonly underlying: Presented; readonly chain: SnapshotChain; readonly actors: ActiveActors } {
    const { clock, terminal, identity } = this.#options;
    const { chain, actors } = chainOf(terminal);
    const world: PresenterWorld = { ...this.#options.world(), nowUtcMs: clock.nowUtcMs(), monotonicMs: clock.monotonicMs(), screenSinceMs: this.#screenSinceMs };
    const underlying = presentTerminal(chain, world);
    this.#noteScreen(underlying);
    const { screen, beneath, intents } = withDialogs(underlying, chain);
    const session = chain.session;
    const isCustomers = chain.service === null;
    const frame = {
      revision,
      language: session?.context.language ?? terminal.getSnapshot().context.language,
      terminal: { ...identity },
      display: session?.context.display ?? { lowReach: false, largeText: false, highContrast: false, voice: false },
      timeLimit: this.#timeLimit(underlying, chain),
      intents: isCustomers ? [...intents, ...(session === null ? (['language'] as const) : CUSTOMER_INTENTS)] : [...intents, 'activity' as const],
      toast: this.#toast === null ? null : { ...this.#toast },
      beneath,
    };
    const model: ScreenModel = { ...frame, ...screen };
    const steady = { ...model, revision: 0, timeLimit: null, data: steadyData(screen) };
    const fingerprint = JSON.stringify(steady);
    return { model, fingerprint, underlying, chain, actors };
  }

  /** A screen that is given time of its own only now (the receipt is out) has all of it; a result that the bank's word changes goes on with what was left. */
  #noteScreen({ screen, ownLimitMs }: Presented): void {
    const key = `${screen.screen.startsWith('result-') ? 'result' : screen.screen} ${ownLimitMs === null}`;
    if (key === this.#screenKey) return;
    this.#screenKey = key;
    this.#screenSinceMs = this.#options.clock.monotonicMs();
  }

  #timeLimit(underlying: Presented, chain: SnapshotChain): ScreenModel['timeLimit'] {
    const nowMs = this.#options.clock.monotonicMs();
    if (underlying.ownLimitMs !== null) {
      const since = chain.service === null ? this.#screenSinceMs : Math.max(this.#screenSinceMs, this.#presenceSinceMs);
      return { totalMs: underlying.ownLimitMs, remainingMs: Math.max(0, Math.round(since + underlying.ownLimitMs - nowMs)) };
    }
    const session = chain.session;
    const patience = session === null ? null : patienceOf(chain, session);
    if (session === null || patience === null) return null;
    const totalMs = patience.patienceMs + (patience.warns ? session.context.patienceMs.warning : 0);
    return { totalMs, remainingMs: Math.max(0, Math.round(this.#presenceSinceMs + totalMs - nowMs)) };
  }

  /** Tells the session when a person begins or ceases to be awaited; a new screen is a new patience. */
  #watchPresence({ underlying, chain, actors }: { readonly underlying: Presented; readonly chain: SnapshotChain; readonly actors: ActiveActors }): void {
    const session = chain.session;
    const patience = session === null ? null : patienceOf(chain, session);
    // Gone or over its time while a machine was busy: whoever begins to wait for the customer now is told.
    const left = session?.context.leaveReason;
    if (patience !== null && (left === 'walkAway' || left === 'sessionCap') && actors.deepest !== actors.session) (actors.deepest as { send(event: object): void }).send({ type: 'customer.left', reason: left });
    const key = session === null ? '' : patience === null ? 'notAwaited' : `${session.context.sessionId} ${underlying.screen.screen} ${patience.patienceMs} ${insideKey(chain)}`;
    if (key === this.#patienceKey) return;
    this.#patienceKey = key;
    this.#presenceSinceMs = this.#options.clock.monotonicMs();
    if (actors.session === null) return;
    actors.session.send(patience === null ? { type: 'presence.notAwaited' } : { type: 'presence.awaited', ...patience });
  }
}

/** A note that came in is a sign of life. */
function insideKey(chain: SnapshotChain): string {
  return chain.cashIn === null ? '' : `${chain.cashIn.context.notes.length} ${chain.cashIn.context.lastReturned ?? ''}`;
}

function patienceOf(chain: SnapshotChain, session: SessionSnapshot): { readonly patienceMs: number; readonly warns: boolean } | null {
  const deepest = chain.cashIn ?? chain.cashOut ?? chain.deposit ?? chain.payment ?? chain.withdrawal ?? chain.identify ?? chain.oneTimeCode ?? session;
  const hasTag = (tag: string) => (deepest.hasTag as (tag: string) => boolean)(tag);
  if (!hasTag('person')) return null;
  const { patienceMs } = session.context;
  // Another code may be asked for only after its cool-down: nobody is taken for gone before that.
  const coolDownMs = chain.oneTimeCode === null ? 0 : resendWaitMs(chain.oneTimeCode.context);
  if (hasTag('person.result')) return { patienceMs: patienceMs.result, warns: false };
  return { patienceMs: (hasTag('person.cashIn') ? patienceMs.cashIn : patienceMs.ordinary) + coolDownMs, warns: true };
}

function resendWaitMs(context: OneTimeCodeContext): number {
  return context.issued === null || context.isResendDue || context.issued.codesLeft === 0 ? 0 : context.issued.resendAfterMs;
}

/** What of a screen does not change by the mere passing of time: a clock that runs on is no new revision. */
function steadyData(screen: Screen): Screen['data'] {
  const isRunning = (leftMs: number | null) => (leftMs === null ? null : Math.sign(leftMs));
  switch (screen.screen) {
    case 'otp':
      return { ...screen.data, expiresInMs: isRunning(screen.data.expiresInMs), resendInMs: Math.sign(screen.data.resendInMs) };
    case 'result-refused':
      return { ...screen.data, atUtcMs: 0, blockedForMs: isRunning(screen.data.blockedForMs) };
    case 'result-pending':
      return { ...screen.data, atUtcMs: 0 };
    default:
      return screen.data;
  }
}

function withDialogs(underlying: Presented, chain: SnapshotChain): { readonly screen: Screen; readonly beneath: Screen | null; readonly intents: readonly IntentKind[] } {
  const beneathOfLeave = chain.cashIn !== null && underlying.screen.screen === 'cash-in-leave' ? beneathLeave(chain.cashIn, chain.deposit !== null ? depositTarget(chain.deposit) : paymentTarget(chain.payment as NonNullable<typeof chain.payment>)) : null;
  if (chain.session?.matches({ active: { presence: 'warned' } }) === true) {
    return { screen: { screen: 'timeout-warning', data: moneyInside(chain) }, beneath: beneathOfLeave ?? underlying.screen, intents: ['stillHere'] };
  }
  return { screen: underlying.screen, beneath: beneathOfLeave, intents: underlying.intents };
}

/** Choosing where the change goes is behind the consent: what is inside is enough. */
function moneyInside({ cashIn, payment }: SnapshotChain): ScreenData<'timeout-warning'> {
  if (cashIn === null) return { moneyInsideMinor: insertedMinor(payment?.context.inside?.notes ?? []), isEnough: true };
  return { moneyInsideMinor: insertedMinor(cashIn.context.notes), isEnough: isEnough(cashIn.context) };
}
