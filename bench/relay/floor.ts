/** The floor: a bare socket.io server that acknowledges and re-broadcasts, and does nothing else. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { answerQuestions } from './process.ts';

const http = createServer();
const io = new Server(http, {
  path: '/v1/socket',
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
});

interface Message {
  id: string;
  conversation: string;
}

for (const name of ['/visitor', '/agent'])
  io.of(name).on('connection', (socket) => {
    socket.emit('welcome', { token: 'none' });
    socket.on('join', async (room: string, ack: (answer: unknown) => void) => {
      await socket.join(room);
      ack({ ok: true });
    });
    socket.on('message:send', (message: Message, ack: (answer: unknown) => void) => {
      ack({ ok: true, data: { id: message.id, conversation: message.conversation, pub: 1 } });
      for (const namespace of ['/visitor', '/agent'])
        io.of(namespace).to(message.conversation).emit('event', message);
    });
  });

http.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => answerQuestions(http.address()));
