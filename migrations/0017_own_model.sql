-- A vision model of the person's own: where photos may go, what was asked and paid, and the answers, so that none is
-- paid twice.

-- The person allowed photos to go to this address; another address asks again.
CREATE TABLE model_consents (
    address  TEXT NOT NULL PRIMARY KEY,
    given_at TEXT NOT NULL CHECK (length(given_at) = 24)
) STRICT, WITHOUT ROWID;

-- Every question that was sent. `open`: its end is not known, and it counts at its estimate.
CREATE TABLE model_calls (
    id              TEXT    NOT NULL PRIMARY KEY,
    address         TEXT    NOT NULL,
    model           TEXT    NOT NULL,
    started_at      TEXT    NOT NULL CHECK (length(started_at) = 24),
    photos          INTEGER NOT NULL CHECK (photos BETWEEN 0 AND 25),
    state           TEXT    NOT NULL CHECK (state IN ('open', 'done')),
    cost_micros     INTEGER NOT NULL CHECK (cost_micros >= 0),       -- millionths of the currency of the prices
    question_tokens INTEGER CHECK (question_tokens >= 0),            -- as the server counts; none where it does not
    answer_tokens   INTEGER CHECK (answer_tokens >= 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX model_calls_by_time ON model_calls (started_at);

-- Answers by what was asked: address, model, the words of the question and the photos, hashed.
CREATE TABLE model_answers (
    question TEXT NOT NULL PRIMARY KEY CHECK (length(question) = 64),
    answer   TEXT NOT NULL CHECK (json_valid(answer)),               -- judged: known words and bounded plain text only
    made_at  TEXT NOT NULL CHECK (length(made_at) = 24)
) STRICT, WITHOUT ROWID;
