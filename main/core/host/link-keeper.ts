import type { Clock, TimerHandle } from '../../foundation/clock.ts';
import { askedAgainMs } from '../../host/outbox/backoff.ts';
import type { CatalogueStore } from '../catalogue-store.ts';
import type { StaffStore } from '../service/staff-store.ts';
import type { AskOutcome, HostGateway } from './host-gateway.ts';

type Failure = Extract<AskOutcome<'link.signon'>, { kind: 'failed' }>['failure'];

const NOBODY = { operationId: null, sessionId: null, language: 'ru' } as const;
/** How soon a lost link is looked for again. */
const RETRY_MS = 5_000;

export interface LinkKeeperOptions {
  readonly gateway: HostGateway;
  readonly catalogue: CatalogueStore;
  readonly staff: StaffStore;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly softwareVersion: string;
  readonly configVersion: string;
  /** After each sign-on. */
  readonly onSignedOn: () => Promise<void>;
  /** With each beat that the bank answered. */
  readonly onHeard: () => void;
  readonly backlog: () => { readonly messageCount: number; readonly oldestAgeMs: number };
}

/** Signs on, keeps the link known by heartbeats, pulls catalogue and staff after each sign-on. [host-messages §5.5, BA-6.1.13] */
export class LinkKeeper {
  readonly #options: LinkKeeperOptions;
  #timer: TimerHandle | null = null;
  #isSignedOn = false;
  #isRunning = false;
  #isBeating = false;
  #notBeforeMs = 0;
  #askedVersion: number | null = null;

  constructor(options: LinkKeeperOptions) {
    this.#options = options;
    options.gateway.onDoubt(() => this.#beatNow());
  }

  start(): void {
    this.#isRunning = true;
    void this.#beat();
  }

  stop(): void {
    this.#isRunning = false;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  #beatNow(): void {
    // One that waits for its answer tells; one that the bank wants later says nothing sooner.
    if (!this.#isRunning || this.#isBeating || this.#options.clock.monotonicMs() < this.#notBeforeMs) return;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    void this.#beat();
  }

  async #beat(): Promise<void> {
    const { gateway, clock, heartbeatMs } = this.#options;
    this.#isBeating = true;
    const failure = await this.#ask();
    const waitMs = askedAgainMs(failure);
    this.#isBeating = false;
    this.#notBeforeMs = clock.monotonicMs() + waitMs;
    if (!this.#isRunning) return;
    if (failure === null) this.#options.onHeard();
    this.#timer = clock.setTimeout(() => void this.#beat(), Math.max(waitMs, gateway.isLinkUp ? heartbeatMs : Math.min(RETRY_MS, heartbeatMs)));
  }

  /** @returns what failed; null: nothing */
  async #ask(): Promise<Failure | null> {
    const { gateway } = this.#options;
    if (!this.#isSignedOn || !gateway.isLinkUp) return this.#signOn();
    const { messageCount, oldestAgeMs } = this.#options.backlog();
    const heard = await gateway.ask('link.heartbeat', { state: 'inService', queueDepth: messageCount, oldestAgeMs }, NOBODY);
    if (heard.kind === 'answered' && heard.answer.outcome === 'approved') await this.#followCatalogue(heard.answer.body.catalogueVersion);
    return heard.kind === 'failed' ? heard.failure : null;
  }

  /** A line that holds for months brings a new catalogue too, and one that did not come with the sign-on; one that is not believed is asked for once a sign-on. */
  async #followCatalogue(version: number): Promise<void> {
    const { gateway, catalogue } = this.#options;
    if (version === catalogue.haveVersion || version === this.#askedVersion) return;
    this.#askedVersion = version;
    await catalogue.sync(gateway);
  }

  async #signOn(): Promise<Failure | null> {
    const { gateway, catalogue, staff, softwareVersion, configVersion } = this.#options;
    const outcome = await gateway.ask('link.signon', { softwareVersion, configVersion }, NOBODY);
    this.#isSignedOn = outcome.kind === 'answered' && outcome.answer.outcome === 'approved';
    if (outcome.kind === 'failed') return outcome.failure;
    if (!this.#isSignedOn) return null;
    this.#askedVersion = null;
    await catalogue.sync(gateway);
    await staff.sync(gateway);
    await this.#options.onSignedOn();
    return null;
  }
}
