import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createServer } from 'node:http';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import type { ControlServer } from '../../../simulators/control/control-socket.ts';
import { serveControl } from '../../../simulators/control/control-socket.ts';
import type { SimulatorEvent } from '../../../simulators/simulator.ts';
import type { Workbench } from '../../../simulators/workbench/server.ts';
import { startWorkbench } from '../../../simulators/workbench/server.ts';

const SECRET = 'not for the page';
let folder: string;
let workbench: Workbench;
const closers: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-wb-'));
  for (const page of ['workbench', 'renderer']) {
    mkdirSync(join(folder, 'dist', page, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'dist', page, 'index.html'), `<title>${page}</title>`);
    writeFileSync(join(folder, 'dist', page, 'assets', 'a.js'), `// ${page}`);
  }
  writeFileSync(join(folder, 'secret.json'), SECRET);
  workbench = await startWorkbench({ runFolder: folder, port: 0, clock: systemClock(), random: cryptoRandom(), distFolder: join(folder, 'dist') });
});

afterEach(async () => {
  await workbench.close();
  for (const close of closers.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** Not `fetch`: it tidies `..` away and sets `Host` itself. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: workbench.port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end();
  });
}

async function enter(): Promise<string> {
  const { pathname, search } = new URL(workbench.url);
  const answer = await get(pathname + search);
  return (answer.headers['set-cookie']?.[0] ?? '').split(';')[0]!;
}

function openLine(path: string, headers: Record<string, string>): Promise<{ readonly socket: WebSocket; readonly messages: unknown[] } | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${workbench.port}${path}`, { headers });
  const messages: unknown[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  closers.push(() => socket.terminate());
  return new Promise((resolve) => {
    socket.once('open', () => resolve({ socket, messages }));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
  });
}

const until = (holds: () => boolean, what: string): Promise<void> => expect.poll(holds, { message: what }).toBe(true);

describe('workbench server: who may enter', () => {
  it('refuses everything without the key of this start', async () => {
    for (const path of ['/', '/assets/a.js', '/kiosk/', '/?k=', `/?k=${'A'.repeat(32)}`]) expect((await get(path)).status, path).toBe(403);
    const cookie = await enter();
    expect((await get('/', { cookie: `${cookie.split('=')[0]}=${'A'.repeat(32)}` })).status).toBe(403);
    expect(await openLine('/bench', { origin: `http://127.0.0.1:${workbench.port}` })).toBe(403);
    expect(await openLine('/screen', { origin: `http://127.0.0.1:${workbench.port}` })).toBe(403);
  });

  it('gives a strict cookie for the key and takes the key out of the address', async () => {
    const { search } = new URL(workbench.url);
    const answer = await get(`/${search}`);
    expect(answer).toMatchObject({ status: 303, headers: { location: '/', 'referrer-policy': 'no-referrer' } });
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(await get('/', { cookie: await enter() })).toMatchObject({ status: 200, text: '<title>workbench</title>' });
  });

  it('keeps the address with the key for this user only', () => {
    const path = join(folder, RUN_FILES.workbenchAddress);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ url: workbench.url });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('refuses a name of somebody else that leads here, and a line that another page opens', async () => {
    const cookie = await enter();
    expect((await get('/', { cookie, host: 'elsewhere.example' })).status).toBe(403);
    expect(await openLine('/bench', { cookie, origin: 'http://elsewhere.example' })).toBe(403);
    expect(await openLine('/bench', { cookie })).toBe(403);
    expect(await openLine('/other', { cookie, origin: `http://127.0.0.1:${workbench.port}` })).toBe(404);
    expect((await get('/', { cookie }, 'POST')).status).toBe(405);
  });
});

describe('workbench server: what it serves', () => {
  it('serves both built pages under a policy without anything inline, the kiosk alone in a frame of ours', async () => {
    const cookie = await enter();
    const page = await get('/', { cookie });
    const kiosk = await get('/kiosk/', { cookie });
    expect(kiosk.text).toBe('<title>renderer</title>');
    expect((await get('/kiosk/assets/a.js', { cookie })).text).toBe('// renderer');
    expect((await get('/assets/a.js', { cookie })).text).toBe('// workbench');
    for (const { headers } of [page, kiosk]) expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'; style-src 'self'/);
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(kiosk.headers['content-security-policy']).toContain("frame-ancestors 'self'");
  });

  it('leads nowhere out of the built pages', async () => {
    const cookie = await enter();
    for (const path of ['/../secret.json', '/..%2fsecret.json', '/kiosk/../../secret.json', '/kiosk/..%2f..%2fsecret.json', '/%2e%2e/secret.json', '/assets/%00.js', '/%zz.js', '/nothing.js']) {
      const answer = await get(path, { cookie });
      expect([path, answer.status, answer.text.includes(SECRET)]).toEqual([path, 404, false]);
    }
  });
});

describe('workbench server: its lines', () => {
  const origin = () => `http://127.0.0.1:${workbench.port}`;

  async function startDevices(): Promise<{ readonly server: ControlServer; readonly tell: (event: SimulatorEvent) => void; readonly commands: unknown[] }> {
    const commands: unknown[] = [];
    let listener: (event: SimulatorEvent) => void = () => {};
    const target = { control: (command: unknown) => (commands.push(command), ok('done')), world: () => ({ count: commands.length, notes: ['left out'] }), faultBoard: () => [{ fault: 'jam', at: ['now'], label: 'A jam' }], onEvent: (heard: (event: SimulatorEvent) => void) => void (listener = heard) };
    const server = await serveControl({ socketPath: join(folder, RUN_FILES.devicesControl), targets: new Map([['acceptor', target]]), nowUtcMs: () => 7 });
    closers.push(() => server.close());
    return { server, tell: (event) => listener(event), commands };
  }

  it('carries commands, answers and events between page and devices, and finds devices that come back', async () => {
    const line = await openLine('/bench', { cookie: await enter(), origin: origin() });
    if (typeof line === 'number') throw new Error(`refused with ${line}`);
    const { socket, messages } = line;
    const ofType = (type: string) => messages.filter((message) => (message as { type: string }).type === type);
    socket.send(JSON.stringify({ id: 1, target: 'acceptor', command: { do: 'clearFaults' } }));
    await until(() => ofType('answer').length === 1, 'the refusal');
    expect(ofType('answer')).toEqual([{ type: 'answer', id: 1, ok: false, error: { code: 'notNow', detail: 'the simulator process is gone' } }]);

    const first = await startDevices();
    await until(() => messages.some((message) => JSON.stringify(message).includes('A jam')), 'the fault board');
    socket.send(JSON.stringify({ id: 2, target: 'acceptor', command: { do: 'clearFaults' } }));
    await until(() => ofType('answer').length === 2, 'the answer');
    expect(ofType('answer').at(-1)).toEqual({ type: 'answer', id: 2, ok: true, value: 'done' });
    expect(first.commands).toEqual([{ do: 'clearFaults' }]);
    first.tell({ event: 'powerOff', fields: {} });
    await until(() => ofType('snapshot').some((message) => JSON.stringify(message).includes('"withoutPower":["acceptor"]')), 'the lost power');
    expect(JSON.stringify(ofType('snapshot'))).not.toContain('left out');
    expect(ofType('events').at(-1)).toEqual({ type: 'events', isPast: false, events: [{ target: 'acceptor', event: 'powerOff', fields: {}, atUtcMs: 7 }] });

    await first.server.close();
    await until(() => ofType('snapshot').at(-1) !== undefined && JSON.stringify(ofType('snapshot').at(-1)).includes('"isDevicesUp":false'), 'the loss');
    await startDevices();
    await until(() => JSON.stringify(ofType('snapshot').at(-1)).includes('"isDevicesUp":true'), 'the return');
  });

  it('closes a line that speaks nonsense', async () => {
    const line = await openLine('/bench', { cookie: await enter(), origin: origin() });
    if (typeof line === 'number') throw new Error(`refused with ${line}`);
    const closed = new Promise<number>((resolve) => line.socket.once('close', resolve));
    line.socket.send('{"id":"one"}');
    expect(await closed).toBe(1007);
  });

  /** A core that says which hellos it heard. */
  async function startCore(token: string): Promise<{ readonly heard: string[]; stop(): Promise<void> }> {
    writeFileSync(join(folder, RUN_FILES.coreToken), token);
    const http = createServer();
    const sockets = new WebSocketServer({ server: http });
    const heard: string[] = [];
    sockets.on('connection', (client) => {
      client.on('message', (data) => {
        // As the core does with the token of an earlier start: whoever read it a moment too early comes again.
        if (String(data).includes('"hello"') && !String(data).includes(token)) return client.terminate();
        heard.push(String(data));
        if (heard.length === 1) client.send(JSON.stringify({ type: 'screen', model: { screen: 'attract', of: token } }));
      });
    });
    rmSync(join(folder, RUN_FILES.coreSocket), { force: true });
    await new Promise<void>((resolve) => http.listen(join(folder, RUN_FILES.coreSocket), resolve));
    const stop = () => new Promise<void>((resolve) => {
      for (const client of sockets.clients) client.terminate();
      sockets.close(() => http.close(() => resolve()));
    });
    return { heard, stop };
  }

  it('says hello as a browser with the token of each start of the core, and carries touches but no hello of a page', async () => {
    const core = await startCore('a'.repeat(64));
    const line = await openLine('/screen', { cookie: await enter(), origin: origin() });
    if (typeof line === 'number') throw new Error(`refused with ${line}`);
    await until(() => line.messages.length === 1, 'the screen');
    expect(JSON.parse(core.heard[0]!)).toEqual({ type: 'hello', protocol: 1, token: 'a'.repeat(64), role: 'browser' });
    for (const message of ['{"type":"hello","role":"shell"}', 'nonsense', '{"type":"intent","intent":{"kind":"touch","revision":1}}']) line.socket.send(message);
    await until(() => core.heard.length === 2, 'the touch');
    expect(core.heard[1]).toBe('{"type":"intent","intent":{"kind":"touch","revision":1}}');
    await core.stop();
    await until(() => line.messages.length === 2, 'the absence');
    expect(line.messages[1]).toEqual({ type: 'screen', model: null });

    const next = await startCore('b'.repeat(64));
    closers.push(() => next.stop());
    await until(() => line.messages.length === 3, 'the next core');
    expect(JSON.parse(next.heard[0]!)).toMatchObject({ token: 'b'.repeat(64) });
  });
});
