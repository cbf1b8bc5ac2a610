import pytest

from convert.detector_caffe import parse_prototxt, read_layers
from edge.detectors.caffe import caffe_files, network_text


def test_prototxt_fields_repeat_and_nest():
    text = """
    name: "net"  # a comment: { }
    layer { name: "a" param { lr: 1 } param { lr: 2.5 } }
    layer { name: "b" }
    """
    assert parse_prototxt(text) == {
        "name": ["net"],
        "layer": [{"name": ["a"], "param": [{"lr": ["1"]}, {"lr": ["2.5"]}]}, {"name": ["b"]}],
    }


@pytest.mark.parametrize("text", ["layer }", "layer { } }", "layer name", "layer", "layer {"])
def test_what_is_no_prototxt_is_refused(text):
    with pytest.raises(ValueError, match="prototxt"):
        parse_prototxt(text)


def test_layers_of_the_real_network():
    layers = {layer.name: layer for layer in read_layers(network_text(caffe_files()[0]))}
    first = layers["conv1_h"]
    assert (first.type, first.bottoms, first.top) == ("Convolution", ("data_bn",), "conv1_h")
    assert (first.whole("kernel_size"), first.whole("stride"), first.whole("pad")) == (7, 2, 3)
    assert first.flag("bias_term", True)
    assert not layers["layer_64_1_conv1_h"].flag("bias_term", True)
    assert layers["fc7_mbox_priorbox"].options["aspect_ratio"] == ["2", "3"]
    assert sum(layer.type == "Convolution" for layer in layers.values()) == 32
