import type { Clock } from '../../main/foundation/clock.ts';
import type { HostCodec } from '../../main/host/bank-host.ts';
import { createIso20022Codec } from '../../main/host/iso20022/codec.ts';
import { createFileSigner } from '../../main/host/signing/signer.ts';
import { createTrust } from '../../main/host/signing/trust.ts';
import { generateSamplePki } from '../../simulators/bank-host/pki.ts';
import type { SamplePki } from '../../simulators/bank-host/pki.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import { SAMPLE_ACQUIRER, SAMPLE_HOST, SAMPLE_NOW_UTC_MS, SAMPLE_TERMINAL } from './host-samples.ts';

/** A clock that stands still: codecs only ask what time it is. */
export const stillClock = (nowUtcMs: number = SAMPLE_NOW_UTC_MS): Clock => ({ nowUtcMs: () => nowUtcMs, monotonicMs: () => 0, setTimeout: () => 0, clearTimeout: () => {} });

/** The codec of the sample terminal with fresh keys. */
export function createTestCodec(options: { readonly clock?: Clock } = {}): { readonly codec: HostCodec; readonly pki: SamplePki } {
  const random = seededRandom(1);
  const pki = generateSamplePki({ nowUtcMs: SAMPLE_NOW_UTC_MS, random, terminalId: SAMPLE_TERMINAL });
  const clock = options.clock ?? stillClock();
  const codec = createIso20022Codec({
    terminalId: SAMPLE_TERMINAL,
    acquirerId: SAMPLE_ACQUIRER,
    hostId: SAMPLE_HOST,
    signer: createFileSigner({ keyPem: pki.terminalSign.keyPem, certPem: pki.terminalSign.certificatePem }),
    trust: createTrust({ certificatesPem: [pki.hostSign.certificatePem], clock }),
    hostEncryptionKeyPem: pki.hostEncrypt.certificatePem,
    clock,
    random,
  });
  return { codec, pki };
}
