import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc/<pid>/stat: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used, user and system, ms. @throws when it is gone */
export function cpuMs(pid: number): number {
  const { utimeTicks, stimeTicks } = statOf(pid);
  return ((utimeTicks + stimeTicks) * 1000) / TICKS_PER_SECOND;
}

/** Memory of a process, MB: its own pages whole, shared ones by share. @throws when it is gone */
export function pssMb(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('the system tells no PSS');
  return Number(kilobytes) / 1024;
}

/** A process and all that it started, itself first. */
export function processTree(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const { parentPid } = statOf(Number(name));
      children.set(parentPid, [...(children.get(parentPid) ?? []), Number(name)]);
    } catch {
      // It ended while we were looking.
    }
  }
  const tree = [pid];
  for (let index = 0; index < tree.length; index++) tree.push(...(children.get(tree[index]!) ?? []));
  return tree;
}

function statOf(pid: number): { readonly parentPid: number; readonly utimeTicks: number; readonly stimeTicks: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may hold blanks and brackets; fields are counted behind its end. [proc(5)]
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parentPid: Number(fields[1]), utimeTicks: Number(fields[11]), stimeTicks: Number(fields[12]) };
}
