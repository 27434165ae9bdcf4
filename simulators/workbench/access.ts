import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Random } from '../../main/foundation/random.ts';

const KEY_BYTES = 24;

export interface Access {
  /** The address with the key of this start, for the person who started it. */
  urlFor(port: number): string;
  /** `key`: the key stands in the address, so a cookie may be given. `cookie`: it was given before. */
  check(request: Pick<IncomingMessage, 'url' | 'headers'>, port: number): 'key' | 'cookie' | 'refused';
  /** A page of another site cannot open a line: browsers tell where the page came from. */
  isOwnOrigin(request: Pick<IncomingMessage, 'headers'>, port: number): boolean;
  cookie(port: number): string;
}

/**
 * One key for each start: loopback keeps other machines out, the key other users of this one and pages of other sites. The name in `Host` is checked
 * too, against a name of somebody else's that resolves to loopback.
 */
export function createAccess(random: Random): Access {
  const key = Buffer.from(random.bytes(KEY_BYTES)).toString('base64url');
  const cookieName = (port: number) => `qolma_workbench_${port}`;
  const isKey = (text: string | null | undefined) => text !== null && text !== undefined && text.length === key.length && timingSafeEqual(Buffer.from(text), Buffer.from(key));
  const isOwnHost = (host: string | undefined, port: number) => host === `127.0.0.1:${port}` || host === `localhost:${port}`;
  return {
    urlFor: (port) => `http://127.0.0.1:${port}/?k=${key}`,
    cookie: (port) => `${cookieName(port)}=${key}; Path=/; HttpOnly; SameSite=Strict`,
    isOwnOrigin: ({ headers }, port) => headers.origin === `http://127.0.0.1:${port}` || headers.origin === `http://localhost:${port}`,
    check({ url, headers }, port) {
      if (!isOwnHost(headers.host, port)) return 'refused';
      const asked = /^[^?]*\?(?:[^#]*&)?k=([\w-]+)/.exec(url ?? '')?.[1];
      if (isKey(asked)) return 'key';
      const given = (headers.cookie ?? '').split(';').map((part) => part.trim()).find((part) => part.startsWith(`${cookieName(port)}=`));
      return isKey(given?.slice(cookieName(port).length + 1)) ? 'cookie' : 'refused';
    },
  };
}
