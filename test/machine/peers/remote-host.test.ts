import { expect, test } from 'vitest';
import { sum16 } from '../../../src/machine/peers/ethernet.ts';
import { ipv4Frame, parseIpv4, parseUdp, protocol, viewOf } from '../../../src/machine/peers/packets.ts';
import { ports, streamDatagram, streamMagic } from '../../../src/machine/peers/streams.ts';
import { cableRig, guest, peer, udpFrame, words } from './cable-rig.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('it says whose its address is, and nobody else\'s', () => {
  const rig = cableRig();
  const ask = (ip: string) => {
    const request = `ffffffffffff525400123456080600010800060400015254001234560a00020f000000000000${ip}`;
    rig.send(Uint8Array.from(Buffer.from(request.padEnd(120, '0'), 'hex')));
    return rig.pass(1e5).map(({ frame }) => hex(frame));
  };
  expect(ask('0a000202')).toEqual([
    '52540012345652550a000202080600010800060400025255' + '0a0002020a0002025254001234560a00020f'.padEnd(72, '0')]);
  expect(ask('0a000203')).toEqual([]);
});

/** An echo request with so many bytes. */
function echoRequest(bytes: number): Uint8Array {
  const message = Uint8Array.from({ length: 8 + bytes }, (_, at) => at * 11 & 0xff);
  message.set([8, 0, 0, 0, 0x12, 0x34, 0, 1]);
  viewOf(message).setUint16(2, ~sum16(message) & 0xffff);
  return message;
}
const icmpFrame = (message: Uint8Array) =>
  ipv4Frame(guest, peer, { protocol: protocol.ICMP, identification: 7 }, message);

test.each([0, 1, 17, 1472])('it answers an echo request of %i bytes', (bytes) => {
  const rig = cableRig();
  const request = echoRequest(bytes);
  rig.send(icmpFrame(request));
  const [reply] = rig.pass(1e6);
  const { payload, from } = parseIpv4(reply!.frame)!;
  expect([from.ip, payload[0], sum16(payload)]).toEqual([peer.ip, 0, 0xffff]);
  expect(hex(payload.subarray(4))).toBe(hex(request.subarray(4)));
});

test('what is not right it does not answer', () => {
  const rig = cableRig();
  const spoil = (frame: Uint8Array, at: number) => frame.map((byte, index) => (index === at ? byte ^ 1 : byte));
  const good = icmpFrame(echoRequest(20));
  // IP version and length, IP checksum, ICMP checksum; a fragment has a wrong checksum here as well.
  for (const at of [14, 17, 24, 36]) rig.send(spoil(good, at));
  rig.send(good.subarray(0, 40));
  rig.send(spoil(udpFrame(1, 7, Uint8Array.of(1, 2, 3, 4)), 43));
  expect(rig.pass(1e6)).toEqual([]);
  rig.send(good);
  expect(rig.pass(1e6).length).toBe(1);
});

test('port 7 echoes; a port that nobody has is unreachable', () => {
  const rig = cableRig();
  const data = new TextEncoder().encode('hello');
  const echoed = rig.udp(ports.echo, data).map((each) => [each.fromPort, each.toPort, hex(each.data)]);
  expect(echoed).toEqual([[7, 5000, hex(data)]]);
  rig.send(udpFrame(5000, 1234, data));
  const [answer] = rig.pass(1e6);
  const { payload } = parseIpv4(answer!.frame)!;
  expect([payload[0], payload[1], sum16(payload), hex(payload.subarray(28, 32))]).toEqual([3, 3, 0xffff, '138804d2']);
});

const report = (rig: ReturnType<typeof cableRig>, ...question: number[]) => {
  const [answer] = rig.udp(ports.report, words(streamMagic, ...question));
  const numbers = Array.from({ length: answer!.data.length / 4 }, (_, at) => viewOf(answer!.data).getUint32(at * 4));
  return numbers.slice(1 + question.length);
};

test('the sink keeps account of streams: what came, what is wrong, missing, late', () => {
  const rig = cableRig();
  const put = (stream: number, sequence: number, bytes = 100) =>
    rig.udp(ports.sink, streamDatagram(stream, sequence, bytes));
  for (const sequence of [0, 1, 2, 5, 4, 4]) put(7, sequence);
  rig.udp(ports.sink, streamDatagram(7, 6, 100).map((byte, at) => (at === 60 ? byte ^ 4 : byte)));
  put(8, 0, 0);
  rig.udp(ports.sink, Uint8Array.of(1, 2, 3));
  expect(report(rig, 1, 7)).toEqual([6, 6, 1, 2, 2]);
  expect(report(rig, 1, 8)).toEqual([1, 1, 0, 0, 0]);
  expect(report(rig, 1, 9)).toEqual([0, 0, 0, 0, 0]);
  expect(report(rig, 2).slice(0, 4)).toEqual([9, 0, 0, 0]);
  expect(rig.cable.host.stream(7)).toEqual({ next: 6, good: 6, bad: 1, missing: 2, late: 2 });
  expect(rig.cable.host.tally).toMatchObject({ discarded: 9, malformed: 0, ignored: 0 });
  expect(rig.wire.tally).toMatchObject({ toPeer: 13, toGuest: 4, lost: 0 });
});

test('the source sends what was asked for, at its times', () => {
  const rig = cableRig();
  const request = words(streamMagic, 3, 10, 5, 200, 100);
  const got = rig.udp(ports.source, request);
  expect(got.map(({ data }) => hex(data))).toEqual([10, 11, 12, 13, 14].map((seq) => hex(streamDatagram(3, seq, 200))));
  expect(got.map(({ at }) => at - got[0]!.at)).toEqual([0, 1e5, 2e5, 3e5, 4e5]);
  expect(rig.wire.due).toBe(Infinity);
});

test('faults are set by a program of the guest\'s', () => {
  const rig = cableRig();
  expect(report(rig, 3, 1_000_000, 0, 0, 0)).toEqual([]);
  expect(rig.udp(ports.echo, Uint8Array.of(1))).toEqual([]);
});

const files = { 'a.bin': Uint8Array.from({ length: 1200 }, (_, at) => at * 7), even: new Uint8Array(1024).fill(5) };
const readRequest = (name: string, mode = 'octet') => new TextEncoder().encode(`\0\x01${name}\0${mode}\0`);
const ack = (block: number) => Uint8Array.of(0, 4, block >>> 8, block);

/** Reads a file as a client does; blocks as they came. */
function readFile(rig: ReturnType<typeof cableRig>, name: string): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  let [packet] = rig.udp(ports.tftp, readRequest(name));
  for (;;) {
    expect([packet!.data[1], packet!.data[3]]).toEqual([3, blocks.length + 1]);
    blocks.push(packet!.data.subarray(4));
    const [next] = rig.udp(packet!.fromPort, ack(blocks.length));
    if (packet!.data.length < 516) {
      expect(next).toBe(undefined);
      return blocks;
    }
    packet = next;
  }
}

test('files are read block by block; one of whole blocks ends with an empty one', () => {
  const rig = cableRig({ files });
  expect(hex(Buffer.concat(readFile(rig, 'a.bin')))).toBe(hex(files['a.bin']));
  expect(readFile(rig, 'even').map((block) => block.length)).toEqual([512, 512, 0]);
});

test('a block is sent again until it is acknowledged, but not for ever, and never for an old acknowledgement', () => {
  const rig = cableRig({ files });
  const [first] = rig.udp(ports.tftp, readRequest('a.bin'));
  expect(rig.pass(1.2e9).map(({ frame }) => parseUdp(parseIpv4(frame)!)!.data[3])).toEqual([1, 1]);
  expect(rig.udp(first!.fromPort, ack(1)).map(({ data }) => data[3])).toEqual([2]);
  expect(rig.udp(first!.fromPort, ack(1))).toEqual([]);
  expect(rig.pass(60e9).length).toBe(7);
  expect(rig.udp(first!.fromPort, ack(2)).map(({ data }) => hex(data.subarray(0, 4)))).toEqual(['00050005']);
});

/** Request; error code. */
const refused: [string, string, number][] = [['none', 'octet', 1], ['a.bin', 'netascii', 4]];
test.each(refused)('a request for %s in mode %s is error %i', (name, mode, code) => {
  const rig = cableRig({ files });
  const [answer] = rig.udp(ports.tftp, readRequest(name, mode));
  expect(hex(answer!.data.subarray(0, 4))).toBe(`0005000${code}`);
});
