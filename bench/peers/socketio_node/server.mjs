// Socket.IO on Node.js, WebSocket transport alone: rooms of sockets, and messages for one room after the other.
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const [port, groups] = process.argv.slice(2).map(Number)
const template = JSON.parse(process.env.MESSAGE)

const http = createServer(answer)
const io = new Server(http, { transports: ['websocket'], pingInterval: 3_600_000, serveClient: false })
let connected = 0
io.on('connection', (socket) => socket.join(`group-${connected++ % groups}`))
http.listen(port, '127.0.0.1')

async function answer(request, response) {
  const url = new URL(request.url, 'http://localhost')
  if (url.pathname === '/settle') {
    globalThis.gc()
  } else if (url.pathname === '/send') {
    await send(Number(url.searchParams.get('count')))
  }
  response.end()
}

async function send(count) {
  for (let number = 0; number < count; number++) {
    const message = { id: String(number).padStart(12, '0'), ...template }
    io.to(`group-${number % groups}`).emit('check_in', message)
    await new Promise(setImmediate)
  }
}
