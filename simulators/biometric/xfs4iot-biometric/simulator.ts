import { z } from 'zod';
import { ok, type Result } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { Answer, EarlyEnd, Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';
import { sealFor } from '../capture-service/seal.ts';

export interface XfsBiometricSimulatorOptions {
  readonly checksLiveness?: boolean;
  /** A service as the standard has it, without our addition. */
  readonly isPlain?: boolean;
}

const CAPTURE_MS = 700;
const SAMPLE_BYTES = 600;
const QUALITY_MIN = 20;
const FORMAT = 'reservedTemplate1';

const FAULTS = {
  ...SERVICE_FAULTS,
  clearSample: { at: ['result'], label: 'The sample is sent in clear beside the sealed one' },
  notSealed: { at: ['result'], label: 'The sample is sent in clear instead of the sealed one' },
  notCleared: { at: ['clear'], label: 'The device does not forget what it scanned' },
  sensorLost: { at: ['read'], label: 'The sensor is gone' },
} as const;

const HANDS = z.discriminatedUnion('do', [
  /** A person before the sensor, until `leave`. */
  z.strictObject({ do: z.literal('present'), modality: z.enum(['palmVein', 'face']).default('palmVein'), qualityPercent: z.number().int().min(0).max(100).default(80), isLive: z.boolean().default(true) }),
  z.strictObject({ do: z.literal('leave') }),
]);
type Hand = z.infer<typeof HANDS>;

const readCommand = z.looseObject({
  dataTypes: z.array(z.looseObject({ format: z.string() })).length(1),
  mode: z.literal('scan'),
  seal: z.strictObject({ version: z.literal(1), modality: z.enum(['palmVein', 'face']), recipient: z.record(z.string(), z.string()), challenge: z.string() }),
});

interface Read {
  readonly seal: z.infer<typeof readCommand>['seal'];
  readonly respond: (answer: Answer) => void;
  readonly event: (name: string) => void;
}

/** A palm and face sensor behind an XFS4IoT service that seals what it reads; written from the page of the driver. [xfs4iot §11] */
export const createXfsBiometricSimulator: CreateSimulator<XfsBiometricSimulatorOptions> = (environment, options) => new XfsBiometricSimulator(environment, options);

class XfsBiometricSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  readonly #options: XfsBiometricSimulatorOptions;
  #person: Extract<Hand, { do: 'present' }> | null = null;
  #read: Read | null = null;
  #isWorking = false;
  /** The device holds a scan until it is cleared or its persistence says so. */
  #holdsScan = false;
  #persistence: 'persist' | 'clear' = 'persist';
  #capturedCount = 0;
  /** The head of what was captured last: for tests, to know it again after it was opened. */
  #lastSampleHead: string | null = null;

  constructor(environment: SimulatorEnvironment, options: XfsBiometricSimulatorOptions) {
    super({ protocol: 'xfs4iot-biometric', environment, faults: FAULTS, hands: HANDS });
    this.#options = options;
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { isPersonThere: this.#person !== null, isReading: this.#read !== null, holdsScan: this.#holdsScan, persistence: this.#persistence, capturedCount: this.#capturedCount, lastSampleHead: this.#lastSampleHead };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    this.#person = hand.do === 'present' ? hand : null;
    this.tell(hand.do, {});
    this.#look();
    return ok(null);
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#read = null;
    this.#isWorking = false;
    this.#holdsScan = false;
  }

  protected override status(): object {
    return { biometric: { subject: this.#person === null ? 'notPresent' : 'present', capture: this.#holdsScan, dataPersistence: this.#persistence } };
  }

  protected override capabilities(): object {
    return {
      biometric: {
        type: { palmVein: true, facialFeatures: true }, maxCapture: 0, dataFormats: { isoFid: true, [FORMAT]: true }, scanModes: { scan: true, match: false }, persistenceModes: { persist: true, clear: true }, clearData: { scannedData: true },
        ...(this.#options.isPlain === true ? {} : { sealedSamples: { version: 1 } }),
      },
    };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    return {
      'Biometric.Read': (payload, respond, event) => this.#begin(payload, respond, event),
      'Biometric.Clear': (_, respond) => {
        if (this.struck('notCleared', 'clear')) return respond({ completionCode: 'hardwareError' });
        this.#holdsScan = false;
        respond({});
        return this.announce('Biometric.DataClearedEvent', { clearData: 'scannedData' });
      },
      'Biometric.SetDataPersistence': ({ persistenceMode }, respond) => {
        if (persistenceMode !== 'persist' && persistenceMode !== 'clear') return respond({ completionCode: 'invalidData' });
        this.#persistence = persistenceMode;
        return respond({});
      },
    };
  }

  #begin(payload: Readonly<Record<string, unknown>>, respond: Read['respond'], event: Read['event']): ReturnType<Handler> {
    const asked = readCommand.safeParse(payload);
    this.#holdsScan = false;
    if (!asked.success) return respond({ completionCode: 'invalidData' });
    if (asked.data.dataTypes[0]!.format !== FORMAT) return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'formatNotSupported' } });
    if (this.struck('sensorLost', 'read')) return respond({ completionCode: 'hardwareError' });
    const read: Read = { seal: asked.data.seal, respond, event };
    this.#read = read;
    event('Biometric.PresentSubjectEvent');
    this.#look();
    return (completionCode: EarlyEnd) => {
      if (this.#read === read) this.#end({ completionCode });
    };
  }

  #look(): void {
    const [read, person] = [this.#read, this.#person];
    if (read === null || person === null || person.modality !== read.seal.modality || this.#isWorking || !this.isAlive) return;
    this.#isWorking = true;
    read.event('Biometric.SubjectDetectedEvent');
    this.after(CAPTURE_MS, () => {
      this.#isWorking = false;
      if (this.#read !== read || this.#person !== person) return;
      this.#holdsScan = true;
      if (!person.isLive && this.#options.checksLiveness !== false) this.#end({ completionCode: 'fraudAttempt' });
      else if (person.qualityPercent < QUALITY_MIN) this.#end({ completionCode: 'commandErrorCode', payload: { errorCode: 'readFailed' } });
      else this.#hand(read, person);
    });
  }

  #hand(read: Read, person: Extract<Hand, { do: 'present' }>): void {
    const sample = Buffer.from(this.environment.random.bytes(SAMPLE_BYTES)).toString('base64');
    const format = person.modality === 'palmVein' ? 'ISO/IEC 19794-9' : 'ISO/IEC 19794-5';
    const { challenge, modality, recipient } = read.seal;
    let sealed: string;
    try {
      sealed = sealFor(recipient, Buffer.from(JSON.stringify({ challenge, modality, format, sample })), this.environment.random.bytes(12));
    } catch {
      return this.#end({ completionCode: 'commandErrorCode', payload: { errorCode: 'keyNotFound' } });
    }
    this.#capturedCount++;
    this.#lastSampleHead = sample.slice(0, 16);
    this.tell('captured', { modality });
    read.event('Biometric.RemoveSubjectEvent');
    const data = this.struck('notSealed', 'result') ? sample : Buffer.from(sealed, 'latin1').toString('base64');
    const beside = this.struck('clearSample', 'result') ? { template: sample } : {};
    const seal = { format, qualityPercent: person.qualityPercent, liveness: this.#options.checksLiveness === false ? 'notChecked' : 'live' };
    return this.#end({ payload: { dataRead: [{ type: { format: FORMAT }, data, ...beside }], seal } });
  }

  #end(answer: Answer): void {
    const read = this.#read;
    this.#read = null;
    if (this.#persistence === 'clear') this.#holdsScan = false;
    read?.respond(answer);
  }
}
