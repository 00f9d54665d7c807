import { expect, test, vi } from 'vitest';
import { Emitter } from './emitter.ts';

test('calls everybody who listens, in their order, with what was said, and itself as theirs', () => {
  const emitter = new Emitter();
  const heard: unknown[] = [];
  emitter.on('a', function (this: unknown, ...args) {
    heard.push(this === emitter, ...args);
  });
  emitter.on('a', () => heard.push('second'));
  emitter.emit('a', 1, 2);
  emitter.emit('b', 3);
  expect(heard).toEqual([true, 1, 2, 'second']);
});

test('forgets one listener, one name, or all', () => {
  const emitter = new Emitter();
  const [one, other, third] = [vi.fn(), vi.fn(), vi.fn()];
  emitter.on('a', one).on('a', other).on('b', third);
  emitter.off('a', one).emit('a');
  expect([one, other].map((fn) => fn.mock.calls.length)).toEqual([0, 1]);
  emitter.off('a').emit('a');
  emitter.emit('b');
  emitter.off().emit('b');
  expect([other, third].map((fn) => fn.mock.calls.length)).toEqual([1, 1]);
});

test('whoever leaves, or comes, while it speaks changes the next word only', () => {
  const emitter = new Emitter();
  const late = vi.fn();
  const leaving = vi.fn();
  emitter.on('a', () => emitter.off('a', leaving).on('a', late));
  emitter.on('a', leaving);
  emitter.emit('a');
  expect([leaving, late].map((fn) => fn.mock.calls.length)).toEqual([1, 0]);
  emitter.emit('a');
  expect([leaving, late].map((fn) => fn.mock.calls.length)).toEqual([1, 1]);
});

test('what makes `emit` something else still hears what is reserved', () => {
  class Sends extends Emitter {
    sent: string[] = [];
    override emit(name: string): this {
      this.sent.push(name);
      return this;
    }
  }
  const socket = new Sends();
  const heard = vi.fn();
  socket.on('connect', heard);
  socket.emit('hello');
  socket.emitReserved('connect');
  expect(socket.sent).toEqual(['hello']);
  expect(heard).toHaveBeenCalledOnce();
});
