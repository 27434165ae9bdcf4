import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { BiometricReader, CapturedSample, CaptureHint, CaptureRequest } from '../../interfaces/biometric.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { captureProblem, isSealed } from '../../interfaces/sealed-sample.ts';
import type { XfsEvent, XfsReply } from '../../xfs4iot/service-link.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';
import type { ReaderAbilities } from './messages.ts';
import { HINTS, NO_READER, readPayload, readSampleOf, readerAbilitiesOf } from './messages.ts';

/** The service's own end of a capture comes first. */
const CAPTURE_MARGIN_MS = 5_000;

export interface XfsBiometricOptions extends XfsDeviceOptions {
  /** Below it a sample is not used: the person tries again. */
  readonly qualityPercentMin: number;
  /** A service without attack detection is refused. */
  readonly mustBeLive: boolean;
  /** The vendor's format that holds a sealed sample: `reservedTemplate1` … */
  readonly format: string;
}

/** Palm vein or face behind Biometric of an XFS4IoT service that seals samples for the host. */
export function createXfsBiometric(options: XfsBiometricOptions): BiometricReader {
  return new XfsBiometric(options);
}

class XfsBiometric extends XfsDevice implements BiometricReader {
  readonly #options: XfsBiometricOptions;
  readonly #listeners = new Set<(hint: CaptureHint) => void>();
  #abilities: ReaderAbilities = NO_READER;
  #isCapturing = false;

  constructor(options: XfsBiometricOptions) {
    super(options, { deviceClass: 'biometric', protocol: 'xfs4iot-biometric', interfaceNames: ['Biometric'], offlineCode: 'BIO_OFFLINE', failureCode: 'BIO_SENSOR_FAILURE', logArea: 'bio' });
    this.#options = options;
  }

  /** As the service told when the connection was made. */
  get capabilities(): BiometricReader['capabilities'] {
    return { palmVein: this.#abilities.palmVein, face: this.#abilities.face };
  }

  onHint(listener: (hint: CaptureHint) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async capture(request: CaptureRequest): Promise<DeviceOutcome<CapturedSample>> {
    const problem = captureProblem(request);
    if (problem !== null) return { kind: 'failed', completionCode: 'invalidData', detail: problem };
    return this.run<CapturedSample>(async () => {
      if (!this.#abilities[request.modality]) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: `no ${request.modality} here` };
      this.engage();
      this.#isCapturing = true;
      const reply = await this.service.command('Biometric.Read', readPayload(request, this.#options.format), { timeoutMs: request.timeoutMs, patienceMs: request.timeoutMs + CAPTURE_MARGIN_MS });
      this.#isCapturing = false;
      const outcome = this.#outcomeOf(reply, request);
      // Whatever became of it, nothing of a person stays behind in the device.
      if (reply.kind !== 'silence' && !(await this.#forget())) this.lineLost();
      this.log.info('bio.capture.ended', { deviceId: this.deviceId, modality: request.modality, outcome: outcome.kind, detail: outcome.kind === 'failed' ? outcome.completionCode : '' });
      this.settle('capture');
      return outcome;
    });
  }

  cancel(): void {
    if (this.#isCapturing) void this.service.cancel('Biometric.Read');
  }

  protected override async prepare(): Promise<boolean> {
    this.#abilities = readerAbilitiesOf(this.service.capabilities, this.#options.format);
    const forgets = this.service.has('Biometric.Clear') || this.service.has('Biometric.SetDataPersistence');
    if (!this.service.has('Biometric.Read') || !this.#abilities.seals || !forgets) {
      // A service that does not seal would hand out a person's features in clear: it is never asked to read.
      this.record('LNK_PROTOCOL', 'the service does not seal samples for the host, or cannot be told to forget them');
      this.#abilities = NO_READER;
      return false;
    }
    if (this.service.has('Biometric.SetDataPersistence')) {
      const set = await this.service.command('Biometric.SetDataPersistence', { persistenceMode: 'clear' });
      if (set.kind === 'silence') return false;
    }
    return this.#forget();
  }

  protected override faultsOf(): readonly ErrorCode[] {
    return [];
  }

  protected override hear({ name }: XfsEvent): void {
    const hint = HINTS[name];
    if (hint !== undefined && this.#isCapturing) for (const listener of this.#listeners) listener(hint);
  }

  protected override onDown(): void {
    this.#abilities = NO_READER;
  }

  #outcomeOf(reply: XfsReply, { modality }: CaptureRequest): DeviceOutcome<CapturedSample> {
    const { qualityPercentMin, mustBeLive, format } = this.#options;
    if (reply.kind === 'done') {
      const sample = readSampleOf(reply.payload, format);
      if (sample === null || !isSealed(sample.data)) {
        this.record('LNK_PROTOCOL', 'a sample that is not sealed');
        return { kind: 'failed', completionCode: 'hardwareError', errorCode: 'LNK_PROTOCOL', detail: 'a sample that is not sealed' };
      }
      if (mustBeLive && sample.liveness !== 'live') return { kind: 'failed', completionCode: 'hardwareError', detail: 'the service does not check that the person is live' };
      if (sample.qualityPercent < qualityPercentMin) return { kind: 'failed', completionCode: 'userError', detail: `quality ${sample.qualityPercent}` };
      return { kind: 'completed', value: { sealedSample: sample.data, modality, format: sample.format, qualityPercent: sample.qualityPercent, liveness: sample.liveness } };
    }
    if (reply.kind !== 'failed') return this.failedBy(reply, 'BIO_OFFLINE');
    if (reply.errorCode === 'readFailed') return { kind: 'failed', completionCode: 'userError', detail: 'readFailed' };
    if (reply.errorCode !== null && ['formatNotSupported', 'modeNotSupported', 'keyNotFound'].includes(reply.errorCode)) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: reply.errorCode };
    return this.failedBy(reply, reply.completionCode === 'hardwareError' ? 'BIO_SENSOR_FAILURE' : undefined);
  }

  /** @returns false: no answer */
  async #forget(): Promise<boolean> {
    if (!this.service.has('Biometric.Clear')) return true;
    const cleared = await this.service.command('Biometric.Clear', { clearData: 'scannedData' });
    if (cleared.kind === 'failed') this.record('BIO_SENSOR_FAILURE', 'the device did not clear what it had scanned');
    return cleared.kind !== 'silence';
  }
}
