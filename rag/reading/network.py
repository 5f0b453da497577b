"""The packaged reader as it is trained and exported: an encoder with low-rank adapters, and a head for spans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

LOWEST = 4
"""The first layer with adapters: what lies below is read as it was published."""
RANK, SCALE = 16, 2.0


class Adapted(torch.nn.Module):
    """A linear layer with a low-rank addition (Hu et al. 2021, arXiv:2106.09685), nothing at first."""

    def __init__(self, base: torch.nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.down = torch.nn.Parameter(torch.randn(RANK, base.in_features) / base.in_features**0.5)
        self.up = torch.nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.base(states) + (states @ self.down.T) @ self.up.T * SCALE
        return made

    def merged(self) -> torch.nn.Linear:
        """One layer that does the same."""
        with torch.no_grad():
            self.base.weight += SCALE * self.up @ self.down
        return self.base


class Network(torch.nn.Module):
    """Start and end scores of each token, shape (texts, tokens, 2)."""

    def __init__(self, folder: Path) -> None:
        """The published model that lies there; its own weights are not trained."""
        from transformers import MPNetModel

        super().__init__()
        self.encoder = MPNetModel.from_pretrained(folder, add_pooling_layer=False, local_files_only=True)
        self.encoder.eval()  # type: ignore[no-untyped-call]
        for weight in self.encoder.parameters():
            weight.requires_grad_(False)
        for owner, name in self._adapted():
            setattr(owner, name, Adapted(getattr(owner, name)))
        self.head = torch.nn.Linear(self.encoder.config.hidden_size, 2)

    def _adapted(self) -> list[tuple[torch.nn.Module, str]]:
        layers: Any = self.encoder.encoder.layer
        return [
            place
            for layer in layers[LOWEST:]
            for place in (
                *((layer.attention.attn, name) for name in "qkvo"),
                (layer.intermediate, "dense"),
                (layer.output, "dense"),
            )
        ]

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        scores: torch.Tensor = self.head(states)
        return scores

    def trained(self) -> dict[str, torch.nn.Parameter]:
        """Adapters and head."""
        return {name: weight for name, weight in self.named_parameters() if weight.requires_grad}

    def take(self, weights: dict[str, torch.Tensor]) -> None:
        """Puts trained weights in place."""
        with torch.no_grad():
            for name, weight in self.trained().items():
                weight.copy_(weights[name])

    def merge(self) -> None:
        """Adds the adapters to the layers they stand beside."""
        for owner, name in self._adapted():
            setattr(owner, name, getattr(owner, name).merged())


def export(folder: Path, adapters: Path, target: Path) -> None:
    """Writes an ONNX file of the published model in a folder with adapters."""
    from safetensors.torch import load_file

    network = Network(folder)
    network.take(load_file(adapters))
    network.merge()
    ids = torch.randint(1000, 2000, (1, 16))
    torch.onnx.export(
        network.eval(),
        (ids, torch.ones_like(ids)),
        target,
        input_names=["input_ids", "attention_mask"],
        output_names=["scores"],
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in ("input_ids", "attention_mask", "scores")},
        opset_version=17,
        dynamo=False,
    )
