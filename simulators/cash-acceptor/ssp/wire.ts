import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Cipheriv, Decipheriv } from 'node:crypto';

/** SSP and eSSP as the unit speaks them, written from the sheet. [ssp §2, §3, §7] */
const STX = 0x7f;
const STEX = 0x7e;

/** CRC-16, polynomial 8005, from FFFF, not reflected. */
export function crcOf(bytes: readonly number[]): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x8005 : crc << 1) & 0xffff;
  }
  return crc;
}

export function frameOf(sequence: number, data: readonly number[]): Uint8Array {
  const covered = [sequence, data.length, ...data];
  const crc = crcOf(covered);
  return Uint8Array.from([STX, ...[...covered, crc & 0xff, crc >> 8].flatMap((byte) => (byte === STX ? [STX, STX] : [byte]))]);
}

export interface HostPacket {
  /** Flag in bit 7, address below. */
  readonly sequence: number;
  readonly data: readonly number[];
}

/** Unstuffs byte by byte; a lone 7F begins anew; silent on a bad CRC. */
export class HostReader {
  #packet: number[] | null = null;
  #hasPendingStx = false;

  forget(): void {
    this.#packet = null;
    this.#hasPendingStx = false;
  }

  push(chunk: Uint8Array): HostPacket[] {
    const packets: HostPacket[] = [];
    for (const byte of chunk) {
      if (byte === STX && !this.#hasPendingStx) {
        this.#hasPendingStx = true;
        continue;
      }
      if (this.#hasPendingStx && byte !== STX) this.#packet = [];
      this.#hasPendingStx = false;
      if (this.#packet === null) continue;
      this.#packet.push(byte);
      const length = this.#packet[1];
      if (length === undefined || this.#packet.length < length + 4) continue;
      const packet = this.#packet;
      this.#packet = null;
      const crc = packet.at(-2)! | (packet.at(-1)! << 8);
      if (length > 0 && crcOf(packet.slice(0, -2)) === crc) packets.push({ sequence: packet[0]!, data: packet.slice(2, -2) });
    }
    return packets;
  }
}

export function longOf(bytes: readonly number[]): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function longBytes(value: bigint): number[] {
  return Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}

export function isPrime(value: bigint): boolean {
  if (value < 2n) return false;
  for (let divisor = 2n; divisor * divisor <= value; divisor++) if (value % divisor === 0n) return false;
  return true;
}

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let factor = base % modulus, rest = exponent; rest > 0n; rest >>= 1n, factor = (factor * factor) % modulus) if (rest & 1n) result = (result * factor) % modulus;
  return result;
}

/** Both directions of one key: ECB keeps nothing between packets, so that one of each serves them all. */
export interface PacketCiphers {
  readonly cipher: Cipheriv;
  readonly decipher: Decipheriv;
}

export function ciphersOf(fixedKey: bigint, negotiated: bigint): PacketCiphers {
  const key = Uint8Array.from([...longBytes(fixedKey), ...longBytes(negotiated)]);
  return { cipher: createCipheriv('aes-128-ecb', key, null).setAutoPadding(false), decipher: createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false) };
}

/** @param padding  bytes that fill the block; as many as asked for */
export function seal({ cipher }: PacketCiphers, count: number, data: readonly number[], padding: (byteCount: number) => Uint8Array): number[] {
  const padded = Math.ceil((data.length + 7) / 16) * 16;
  const head = [data.length, count & 0xff, (count >> 8) & 0xff, (count >> 16) & 0xff, (count >>> 24) & 0xff, ...data, ...padding(padded - data.length - 7)];
  const crc = crcOf(head);
  return [STEX, ...cipher.update(Uint8Array.from([...head, crc & 0xff, crc >> 8]))];
}

export function open({ decipher }: PacketCiphers, packet: readonly number[]): { readonly count: number; readonly data: readonly number[] } | null {
  if (packet[0] !== STEX || packet.length < 17 || packet.length % 16 !== 1) return null;
  const plain = [...decipher.update(Uint8Array.from(packet.slice(1)))];
  const length = plain[0]!;
  if (length + 7 > plain.length || crcOf(plain.slice(0, -2)) !== (plain.at(-2)! | (plain.at(-1)! << 8))) return null;
  return { count: plain[1]! + plain[2]! * 256 + plain[3]! * 65_536 + plain[4]! * 16_777_216, data: plain.slice(5, 5 + length) };
}
