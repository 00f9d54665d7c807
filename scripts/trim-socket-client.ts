/** In socket.io's client: other ways to listen, to send and to come back, which nobody here calls. */
const UNCALLED: Record<string, string[]> = {
  socket: [
    ...['_addToQueue', '_drainQueue', 'send', 'compress', 'volatile', 'prependAny', 'listenersAny'],
    ...['onAnyOutgoing', 'prependAnyOutgoing', 'offAnyOutgoing', 'listenersAnyOutgoing'],
    ...[
      'notifyOutgoingListeners',
      'disconnected',
      'close',
      'ack',
      'emitBuffered',
      'active',
      'open',
    ],
  ],
  manager: [
    ...['reconnect', 'onreconnect', 'connect', 'disconnect', 'maybeReconnectOnOpen', 'timeout'],
    ...['reconnection', 'reconnectionAttempts', 'reconnectionDelay', 'reconnectionDelayMax'],
    ...['randomizationFactor', 'onping', '_destroy'],
  ],
};

/** A class's method, as its compiler lays it out. */
const methodNamed = (name: string): RegExp =>
  new RegExp(`^ {4}(get )?${name}\\([^)]*\\) \\{\n[^]*?^ {4}\\}\n`, 'm');

/** From one piece of a line to another, both included. */
const between = (from: string, to: string): RegExp => {
  const [first, last] = [from, to].map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`${first}[^]*?${last}`);
};

const REWORDED: Record<string, [string | RegExp, string][]> = {
  socket: [
    [/new Error\("It seems you are trying[^"]*"\)/, 'new Error()'],
    // Sending again, and only while the line is free, is the outbox's affair.
    [between('this._queue = [];', 'this._queueSeq = 0;'), ''],
    ['this._drainQueue(true);', ''],
    [between('if (this._opts.retries', 'return this;\n        }'), ''],
    [between('packet.options = {};', 'this.flags.compress !== false;'), ''],
    [between('const isTransportWritable', '.writable;'), ''],
    [between('const discardPacket', 'else if (isConnected)'), 'if (isConnected)'],
    ['this.notifyOutgoingListeners(packet);', ''],
    // What cannot be sent now fails now, and what comes before the welcome is nobody's: cursors recover.
    [between('else {\n            this.sendBuffer.push', '}'), ''],
    [between('for (let i = 0; i < this.sendBuffer', '}\n            }'), ''],
    [between('const isBuffered', 'if (!isBuffered)'), ''],
    [
      between('if (this.connected) {\n            this.emitEvent', 'args));\n        }'),
      'this.emitEvent(args);',
    ],
    ['this.emitBuffered();', ''],
    ['this.receiveBuffer = [];', ''],
    ['this.sendBuffer = [];', ''],
    // Everybody here listens to any name, and the relay never asks for an answer.
    ['super.emit.apply(this, args);', ''],
    [
      between(
        'if (!this._anyListeners) {\n            return this;',
        'else {\n            this._any',
      ),
      '{ this._any',
    ],
    [between('if (null != packet.id)', 'args.push(this.ack(packet.id));\n        }'), ''],
    [between('if (timeout === undefined)', '}'), ''],
    [between('if (this._pid && args.length', '\n        }'), ''],
    [between('data: this._pid', ': data,'), 'data,'],
    [between('this.recovered = pid', 'this._pid = pid;'), ''],
    ['this.recovered = false;', ''],
    [between('const RESERVED_EVENTS', '});'), ''],
    [between('if (RESERVED_EVENTS', '\n        }'), ''],
    // Each connects as it is made, with a function that says who it is, and asks for no other answers.
    [between('if (this.io._autoConnect)', 'this.open();'), 'this.connect();'],
    ['if (!this.io["_reconnecting"])', ''],
    [between('if (opts && opts.auth)', '}'), 'this.auth = opts.auth;'],
    [between('if (typeof this.auth == "function")', '{'), '{'],
    [between('else {\n            this._sendConnectPacket', '}'), ''],
    ['this._opts = Object.assign({}, opts);', ''],
    [between('(_a = this.flags.timeout)', 'ackTimeout;'), 'this.flags.timeout;'],
    ['fn.withError = true;', ''],
    ['fn.withError = true;', ''],
    ['if (ack.withError) {\n                    ack', '{ ack'],
    ['if (ack.withError) {', '{'],
    // The parser lets nothing else through, and nobody asks for a socket's id.
    ['case PacketType.BINARY_EVENT:', ''],
    ['case PacketType.BINARY_ACK:', ''],
    ['packet.data || []', 'packet.data'],
    [
      between('if (packet.data && packet.data.sid)', 'new Error());\n                }'),
      'this.onconnect();',
    ],
    ['this.id = id;', ''],
    ['delete this.id;', ''],
    ['this.io["_destroy"](this);', 'this.io._close();'],
    ['this.io.setTimeoutFn', 'setTimeout'],
    ['this.io.clearTimeoutFn', 'clearTimeout'],
  ],
  manager: [
    // A module taken as a whole becomes an object that a page's `Object.prototype.x = 1` would break.
    [
      'import * as parser from "socket.io-parser";',
      'import { Decoder, Encoder } from "socket.io-parser"; const parser = { Decoder, Encoder };',
    ],
    // When to come back is decided by the connection's own machine (decision 0011).
    ['import { Backoff } from "./contrib/backo2.js";', ''],
    [between('this.reconnection(opts', 'opts.timeout);'), ''],
    [between('if (false !== this._timeout)', '= this._timeout;'), '{ const timeout = 20_000;'],
    [between('this._autoConnect = opts', 'this.open();'), 'this.open();'],
    [
      between('const encodedPackets', 'packet.options);\n        }'),
      'this.engine.write(this.encoder.encode(packet)[0]);',
    ],
    ['this.backoff.reset();', ''],
    // Timers are the browser's.
    [', installTimerFunctions, nextTick,', ''],
    ['installTimerFunctions(this, opts);', ''],
    ['this.setTimeoutFn', 'setTimeout'],
    ['this.clearTimeoutFn', 'clearTimeout'],
    ['nextTick(', 'queueMicrotask('],
    ['}, this.setTimeoutFn);', '});'],
    [between('if (this._reconnection &&', 'this.reconnect();\n        }'), ''],
    [between('if (this.opts.autoUnref)', 'timer.unref();\n            }'), ''],
    [between('on(socket, "ping"', 'bind(this)), '), ''],
    ['this.skipReconnect = true;\n        this._reconnecting = false;', ''],
    ['this.skipReconnect = false;', ''],
    [between('if (uri && "object"', '"/socket.io";'), ''],
    ['opts.parser || parser', 'parser'],
    // One name space on one socket, opened by whoever makes it.
    [between('let socket = this.nsps', 'return socket;'), 'return new Socket(this, nsp, opts);'],
    ['this.nsps = {};', ''],
    ['fn && fn();', ''],
    [between('if (fn) {', 'this.maybeReconnectOnOpen();\n            }'), ''],
  ],
};

/** Cuts what is never called out of socket.io's client; another version of it stops the build. */
export function trimClient(code: string, id: string): string | undefined {
  const [, file = ''] = /\/socket\.io-client\/build\/esm\/(\w+)\.js$/.exec(id) ?? [];
  const cut = (rest: string, [pattern, less]: [string | RegExp, string]) => {
    const shorter = rest.replace(pattern, less);
    if (shorter === rest) throw new Error(`${id} is not as it was: there is no ${pattern}`);
    return shorter;
  };
  const cuts = UNCALLED[file]?.map((name): [RegExp, string] => [methodNamed(name), '']);
  return cuts && [...cuts, ...(REWORDED[file] ?? [])].reduce(cut, code);
}
