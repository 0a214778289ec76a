'use strict';
// Start telegram-test-api on a port: node start.js PORT. As published it answers in ways that Telegram does not and
// that python-telegram-bot does not take; what differs is put right here, and nothing else.
const TelegramServer = require('telegram-test-api');
const { routes } = require('telegram-test-api/lib/routes');

const DAY_S = 86400;
const SPOKEN = ['AddedUserMessage', 'AddedUserCommand', 'AddedUserCallbackQuery'];

const asked = (request) => ({ ...request.query, ...request.body });
const refuse = (response, code, words) => response.status(code)
  .json({ ok: false, error_code: code, description: words });

const format = TelegramServer.formatUpdate;
TelegramServer.formatUpdate = (update) => {
  const formatted = format(update);
  if (formatted.callback_query) formatted.callback_query.chat_instance = '1';
  if (formatted.message) delete formatted.message.botToken;
  return formatted;
};

const sent = (found) => ({
  message_id: found.messageId,
  date: Math.floor(found.time / 1000),
  chat: { id: Number(found.message.chat_id), type: 'private', first_name: 'Test' },
  from: ME,
  text: found.message.text,
  ...(found.message.reply_markup ? { reply_markup: found.message.reply_markup } : {}),
});

const ME = {
  id: 666, is_bot: true, first_name: 'Test', username: 'TestNameBot', can_join_groups: false,
};

// Long polling with an offset: an update is there until a later one is asked for.
function waiting(server, token, offset) {
  const mine = server.storage.userMessages.filter((update) => update.botToken === token);
  mine.filter((update) => update.updateId < offset).forEach((update) => { update.isRead = true; });
  return mine.filter((update) => !update.isRead).slice(0, 100).map(TelegramServer.formatUpdate);
}

function getUpdates(app, server) {
  app.all('/bot:token/getUpdates', (request, response) => {
    const { offset = 0, timeout = 0 } = asked(request);
    let timer;
    const answer = () => {
      clearTimeout(timer);
      SPOKEN.forEach((event) => server.off(event, answer));
      response.json({ ok: true, result: waiting(server, request.params.token, Number(offset)) });
    };
    if (!Number(timeout) || waiting(server, request.params.token, Number(offset)).length) {
      answer();
      return;
    }
    timer = setTimeout(answer, Number(timeout) * 1000);
    SPOKEN.forEach((event) => server.once(event, answer));
    request.on('aborted', () => {
      clearTimeout(timer);
      SPOKEN.forEach((event) => server.off(event, answer));
    });
  });
}

function getMe(app) {
  app.all('/bot:token/getMe', (request, response) => response.json({ ok: true, result: ME }));
}

function getWebhookInfo(app, server) {
  app.all('/bot:token/getWebhookInfo', (request, response) => {
    const { url = '' } = server.webhooks[request.params.token] || {};
    response.json({ ok: true, result: { url, has_custom_certificate: false, pending_update_count: 0 } });
  });
}

function sendMessage(app, server) {
  app.all('/bot:token/sendMessage', (request, response) => {
    const { message_id: id } = server.addBotMessage(asked(request), request.params.token);
    response.json({ ok: true, result: sent(server.storage.botMessages.find((each) => each.messageId === id)) });
  });
}

function editMessageText(app, server) {
  app.all('/bot:token/editMessageText', (request, response) => {
    const change = asked(request);
    const found = server.storage.botMessages.find((each) => String(each.messageId) === String(change.message_id)
      && String(each.message.chat_id) === String(change.chat_id));
    if (!found) {
      refuse(response, 400, 'Bad Request: message to edit not found');
      return;
    }
    const before = JSON.stringify(sent(found));
    if (!change.reply_markup) delete found.message.reply_markup;
    server.editMessageText(change);
    if (JSON.stringify(sent(found)) === before) {
      refuse(response, 400, 'Bad Request: message is not modified: specified new message content and reply markup are'
        + ' exactly the same as a current content and reply markup of the message');
      return;
    }
    found.message.edits = (found.message.edits || 0) + 1;
    response.json({ ok: true, result: sent(found) });
  });
}

function answerCallbackQuery(app, server) {
  app.all('/bot:token/answerCallbackQuery', (request, response) => {
    const { callback_query_id: id, text = '' } = asked(request);
    const pressed = server.storage.userMessages.find((each) => String(each.callbackId) === id);
    if (!pressed || pressed.toast !== undefined) {
      refuse(response, 400, 'Bad Request: query is too old and response timeout expired or query ID is invalid');
      return;
    }
    pressed.toast = text;
    response.json({ ok: true, result: true });
  });
}

// What one person sees; the server's own history gives everything of everybody.
function shown(app, server) {
  app.post('/shown', (request, response) => {
    const { token, chat } = request.body;
    const mine = (each, id) => each.botToken === token && String(id) === String(chat);
    const messages = server.storage.botMessages.filter((each) => mine(each, each.message.chat_id));
    const pressed = server.storage.userMessages
      .filter((each) => each.callbackQuery && mine(each, each.callbackQuery.from.id));
    const toasts = pressed.map((each) => each.toast).filter((toast) => toast !== undefined);
    response.json({ ok: true, result: { messages, toasts } });
  });
}

function unknownMethod(app) {
  app.all('/bot:token/:method', (request, response) => refuse(response, 404, 'Not Found'));
}

const known = routes.filter((route) => route.name !== 'unknownMethod');
routes.splice(0, routes.length, getUpdates, getMe, getWebhookInfo, sendMessage, editMessageText, answerCallbackQuery,
  shown, ...known, unknownMethod);

const server = new TelegramServer({ host: '127.0.0.1', port: Number(process.argv[2]), storeTimeout: DAY_S });
server.setMaxListeners(0);
server.start().catch((error) => {
  process.stderr.write(`${error}\n`);
  process.exit(1);
});
