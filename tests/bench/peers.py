"""One peer of compare.py: a process that loads a library's engines and times them when asked.

    python peers.py {torch|onnxruntime|openvino|export} MODEL-FOLDER WORK-FOLDER THREADS

Weights are random: the time does not depend on their values. "export" writes image.onnx and
text.onnx to the work folder, and the others read them there. Each then prints one JSON object with
its engines' names and its version, and for every line NAME SECONDS on stdin one with the times of
its runs. Only for maintainers; compare.py says what has to be installed.
"""
import json
import logging
import os
import sys
import time
import warnings
from pathlib import Path

KIND, FOLDER, WORK, THREADS = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
os.environ["OMP_NUM_THREADS"] = str(THREADS)
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

# Answers go to the real stdout; what libraries print there goes to stderr.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import numpy as np  # noqa: E402


def read_shapes():
    """The side of a picture and the tokens of a text."""
    config = json.loads((FOLDER / "open_clip_config.json").read_text(encoding="utf-8"))["model_cfg"]
    side = config["vision_cfg"]["image_size"]
    return side, config["text_cfg"].get("context_length", 77), config


def make_towers():
    """The image and the text tower as OpenCLIP makes them, each ending in a unit vector."""
    import open_clip
    import torch

    class Image(torch.nn.Module):
        def __init__(self, model):
            super().__init__()
            self.visual = model.visual

        def forward(self, pixels):
            return torch.nn.functional.normalize(self.visual(pixels), dim=-1)

    class Text(torch.nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, ids):
            return self.model.encode_text(ids, normalize=True)

    torch.manual_seed(0)
    torch.set_num_threads(THREADS)
    config = {key: value for key, value in read_shapes()[2].items()
              if key in ("embed_dim", "vision_cfg", "text_cfg", "quick_gelu")}
    model = open_clip.model.CLIP(**config).eval()
    return Image(model), Text(model)


def make_inputs():
    side, context, _ = read_shapes()
    random = np.random.default_rng(0)
    pixels = random.standard_normal((1, 3, side, side)).astype(np.float32)
    ids = np.zeros((1, context), dtype=np.int64)
    ids[0, :10] = [49406, *range(1000, 1008), 49407]
    return pixels, ids


def export():
    import torch

    image, text = make_towers()
    pixels, ids = (torch.from_numpy(array) for array in make_inputs())
    with torch.inference_mode():
        for tower, example, name in ((image, pixels, "image"), (text, ids, "text")):
            torch.onnx.export(tower, (example,), str(WORK / f"{name}.onnx"), input_names=["x"],
                              output_names=["y"], opset_version=17, dynamo=False)


def torch_engines():
    import torch

    image, text = make_towers()
    pixels, ids = (torch.from_numpy(array) for array in make_inputs())
    lasting = image.to(memory_format=torch.channels_last)
    nhwc = pixels.to(memory_format=torch.channels_last)

    def runner(function, example, bf16):
        def run():
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                function(example)
        return run

    engines = {}
    for precision in ("f32", "bf16"):
        bf16 = precision == "bf16"
        engines[f"image {precision} eager"] = runner(image, pixels, bf16)
        engines[f"image {precision} channels-last"] = runner(lasting, nhwc, bf16)
        engines[f"image {precision} compiled"] = runner(torch.compile(lasting), nhwc, bf16)
        engines[f"text {precision} eager"] = runner(text, ids, bf16)
    return engines, torch.__version__


def onnxruntime_engines():
    import onnxruntime
    from onnxruntime.quantization import (CalibrationDataReader, QuantFormat, QuantType,
                                          quantize_static)
    from onnxruntime.quantization.shape_inference import quant_pre_process

    pixels, ids = make_inputs()

    class Reader(CalibrationDataReader):
        """Two pictures of noise."""

        def __init__(self):
            self.pictures = iter([{"x": pixels}, {"x": -pixels}])

        def get_next(self):
            return next(self.pictures, None)

    def engine(name, example):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(WORK / name), options,
                                               providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"x": example})

    quant_pre_process(str(WORK / "image.onnx"), str(WORK / "shaped.onnx"), skip_symbolic_shape=True)
    quantize_static(str(WORK / "shaped.onnx"), str(WORK / "image-int8.onnx"), Reader(),
                    quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8,
                    weight_type=QuantType.QInt8, per_channel=True,
                    op_types_to_quantize=["MatMul", "Gemm"])
    return {
        "image f32": engine("image.onnx", pixels),
        "image int8": engine("image-int8.onnx", pixels),
        "text f32": engine("text.onnx", ids),
    }, onnxruntime.__version__


def openvino_engines():
    import nncf
    import openvino

    core = openvino.Core()
    pixels, ids = make_inputs()
    image, text = core.read_model(str(WORK / "image.onnx")), core.read_model(str(WORK / "text.onnx"))
    nncf.set_log_level(logging.ERROR)
    quantised = nncf.quantize(image, nncf.Dataset([pixels, -pixels]), subset_size=2)
    engines = {}
    for name, model, example, precision in (
            ("image f32", image, pixels, "f32"), ("image bf16", image, pixels, "bf16"),
            ("image int8 rest f32", quantised, pixels, "f32"),
            ("image int8 rest bf16", quantised, pixels, "bf16"),
            ("text f32", text, ids, "f32"), ("text bf16", text, ids, "bf16")):
        settings = {"INFERENCE_NUM_THREADS": THREADS, "PERFORMANCE_HINT": "LATENCY",
                    "INFERENCE_PRECISION_HINT": precision}
        try:
            compiled = core.compile_model(model, "CPU", settings)
        except RuntimeError as error:  # no bf16 on this processor
            print(f"openvino: {name}: {error}", file=sys.stderr)
            continue
        engines[name] = lambda compiled=compiled, example=example: compiled(example)
    return engines, openvino.__version__.split("-")[0]


def answer(value):
    print(json.dumps(value), file=ANSWERS, flush=True)


def measure(run, seconds):
    """Times of runs for that long, at least three."""
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return times


def main():
    if KIND == "export":
        export()
        return
    engines, version = globals()[f"{KIND}_engines"]()
    for name in list(engines):  # compiled ones compile now
        try:
            engines[name]()
        except Exception as error:  # pylint: disable=broad-except
            print(f"{KIND}: {name}: {error}", file=sys.stderr)
            del engines[name]
    answer({"engines": sorted(engines), "version": version})
    for line in sys.stdin:
        name, seconds = line.strip().rsplit(" ", 1)
        answer(measure(engines[name], float(seconds)))


main()
