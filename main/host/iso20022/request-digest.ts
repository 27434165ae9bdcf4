import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { assert } from '../../foundation/assert.ts';
import type { HostOperation, HostRequest } from '../../contracts/host-operations.ts';

/**
 * What makes two requests "the same": SHA-256, hex, of the canonical JSON of operation, operation id and business body. Transport, attempt and
 * signature are not in it. The one-time code is left out: a digest of six digits is the six digits. [host-messages §5.3, MAPPING §3]
 */
export function requestDigest<Op extends HostOperation>(request: Pick<HostRequest<Op>, 'operation' | 'body'> & { readonly header: { readonly operationId: string } }): string {
  const body: Record<string, unknown> = { ...request.body };
  if (request.operation === 'otp.verify') delete body['code'];
  const canonical = canonicalize({ operation: request.operation, operationId: request.header.operationId, body });
  assert(canonical !== undefined, 'a request has a canonical form');
  return hash('sha256', canonical, 'hex');
}
