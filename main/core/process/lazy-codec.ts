import { readFileSync } from 'node:fs';
import type { Config } from '../../contracts/config.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Random } from '../../foundation/random.ts';
import type { HostCodec } from '../../host/bank-host.ts';

/**
 * The host codec with its XML engine, loaded after the first screen can be served: importing it costs as much as the rest of the start.
 * @throws when a key file is unusable: a fault of the installation, found at start
 */
export async function loadHostCodec(config: Config, options: { readonly clock: Clock; readonly random: Random; readonly schemaFolder?: string }): Promise<HostCodec> {
  const [{ createIso20022Codec }, { createFileSigner }, { certificatesIn, createTrust }] = await Promise.all([
    import('../../host/iso20022/codec.ts'),
    import('../../host/signing/signer.ts'),
    import('../../host/signing/trust.ts'),
  ]);
  const { host, terminal } = config;
  const read = (path: string) => readFileSync(path, 'utf8');
  return createIso20022Codec({
    terminalId: terminal.terminalId, acquirerId: terminal.acquirerId, hostId: terminal.hostId,
    signer: createFileSigner({ keyPem: read(host.signKeyFile), certPem: read(host.signCertificateFile) }),
    trust: createTrust({ certificatesPem: certificatesIn(read(host.hostSignCertificateFile)), clock: options.clock }),
    hostEncryptionKeyPem: read(host.hostEncryptCertificateFile),
    clock: options.clock, random: options.random,
    ...(options.schemaFolder === undefined ? {} : { schemaFolder: options.schemaFolder }),
  });
}
