import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const PC_SC: ProtocolRow = defineProtocol({
  protocol: 'pc-sc', deviceClass: 'cardReader', devices: 'contact and contactless readers of the PC/SC service', lineKind: 'url', line: 'pcsc://local (tcp:// to a simulated reader)', source: 'PC/SC 2.01 part 3; binding pcsc-mini 0.1.3 [card-readers, PC/SC from Node]',
  capabilities: { motorised: false, capture: false, chip: true },
  unverified: ['no real reader yet', 'contactless cards that give no record before GET PROCESSING OPTIONS stay unread'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('./decode.ts')).decodePcsc(bytes),
  options: z.strictObject({ readerName: z.string().max(120).default('').describe('part of its name; empty: the first one') }),
  create: async ({ deviceId, clock, log, url }, { readerName }) => {
    const { createPcscReader } = await import('./device.ts');
    const address = url();
    if (address.startsWith('pcsc:')) {
      const { NativeSmartCardAdapter } = await import('./native-adapter.ts');
      return createPcscReader({ deviceId, clock, log, adapter: new NativeSmartCardAdapter({ readerName, after: (delayMs, action) => void clock.setTimeout(action, delayMs) }) });
    }
    const [{ SocketSmartCardAdapter }, { createTcpTransport }] = await Promise.all([import('./socket-adapter.ts'), import('../../transport/tcp.ts')]);
    return createPcscReader({ deviceId, clock, log, adapter: new SocketSmartCardAdapter({ transport: createTcpTransport(address), clock }) });
  },
});
