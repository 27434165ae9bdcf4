import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { BiometricModality, BiometricReader, CapturedSample, CaptureHint, CaptureRequest } from '../../interfaces/biometric.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { captureProblem } from '../../interfaces/sealed-sample.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import { FAILURES, PROTOCOL_VERSION } from './codec.ts';
import type { CaptureReply } from './link.ts';
import { CaptureLink } from './link.ts';

const POLL_INTERVAL_MS = 5_000;

export interface CaptureServiceOptions {
  readonly deviceId: string;
  /** One chunk is one message. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** Below it a sample is not used: the person tries again. */
  readonly qualityPercentMin: number;
  /** A service without attack detection is refused. */
  readonly mustBeLive: boolean;
}

/** Palm vein or face through a service of its own process, which seals the sample for the host before it leaves it. */
export function createCaptureService(options: CaptureServiceOptions): BiometricReader {
  return new CaptureServiceReader(options);
}

class CaptureServiceReader extends LineDevice implements BiometricReader {
  readonly capabilities = { palmVein: true, face: true };
  readonly #options: CaptureServiceOptions;
  readonly #link: CaptureLink;
  readonly #listeners = new Set<(hint: CaptureHint) => void>();
  #modalities: readonly BiometricModality[] = [];

  constructor(options: CaptureServiceOptions) {
    const link = new CaptureLink(options);
    super({ ...options, deviceClass: 'biometric', protocol: 'capture-service', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'BIO_OFFLINE', logArea: 'bio' });
    this.#options = options;
    this.#link = link;
    link.onHint((hint) => {
      for (const listener of this.#listeners) listener(hint);
    });
  }

  onHint(listener: (hint: CaptureHint) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async capture(request: CaptureRequest): Promise<DeviceOutcome<CapturedSample>> {
    const problem = captureProblem(request);
    if (problem !== null) return { kind: 'failed', completionCode: 'invalidData', detail: problem };
    return this.run(async (): Promise<DeviceOutcome<CapturedSample>> => {
      if (!this.#modalities.includes(request.modality)) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: `no ${request.modality} here` };
      this.engage();
      const outcome = this.#outcomeOf(await this.#link.capture(request), request.modality);
      this.log.info('bio.capture.ended', { deviceId: this.deviceId, modality: request.modality, outcome: outcome.kind, detail: outcome.kind === 'failed' ? outcome.completionCode : '' });
      this.settle('capture');
      return outcome;
    });
  }

  cancel(): void {
    this.#link.cancel();
  }

  protected override async bringUp(): Promise<boolean> {
    const ready = await this.#link.hello();
    if (ready === null) return false;
    if (ready.protocol !== PROTOCOL_VERSION) {
      this.record('LNK_PROTOCOL', `the service speaks version ${ready.protocol}`);
      return false;
    }
    this.#modalities = ready.modalities;
    this.identified({ model: ready.model, firmware: ready.firmware, serialNumber: ready.serialNumber });
    if (!(await this.#look())) return false;
    this.becomeReady('hello');
    return true;
  }

  protected override async poll(): Promise<boolean> {
    if (!(await this.#look())) return false;
    this.settle('ping');
    return true;
  }

  protected override onDown(): void {
    this.#modalities = [];
  }

  async #look(): Promise<boolean> {
    const pong = await this.#link.ping();
    if (pong === null) return false;
    this.see(pong.sensor === 'ok' ? [] : ['BIO_SENSOR_FAILURE']);
    return true;
  }

  #outcomeOf(reply: CaptureReply, modality: BiometricModality): DeviceOutcome<CapturedSample> {
    const { qualityPercentMin, mustBeLive } = this.#options;
    if (reply.type === 'captured') {
      const { sealedSample, format, qualityPercent, liveness } = reply;
      if (mustBeLive && liveness !== 'live') return { kind: 'failed', completionCode: 'hardwareError', detail: 'the service does not check that the person is live' };
      if (qualityPercent < qualityPercentMin) return { kind: 'failed', completionCode: 'userError', detail: `quality ${qualityPercent}` };
      return { kind: 'completed', value: { sealedSample, modality, format, qualityPercent, liveness } };
    }
    if (reply.type === 'failed') return { kind: 'failed', completionCode: FAILURES[reply.reason], detail: reply.reason, ...(reply.reason === 'sensor' ? { errorCode: 'BIO_SENSOR_FAILURE' as const } : {}) };
    if (reply.type === 'notSealed') {
      this.record('LNK_PROTOCOL', 'an answer that is not sealed');
      return { kind: 'failed', completionCode: 'hardwareError', errorCode: 'LNK_PROTOCOL', detail: 'an answer that is not sealed' };
    }
    this.lineLost();
    return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'BIO_OFFLINE', detail: 'no answer' };
  }
}
