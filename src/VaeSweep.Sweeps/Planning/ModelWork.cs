namespace VaeSweep.Sweeps;

/// <summary>What one pass through a model costs, counted from its shapes. Multiply-adds, forward.</summary>
/// <param name="FirstLayer">Of the layers that see the image itself: no gradient goes on from there, and binary images are mostly
/// zeros.</param>
/// <param name="Image">Of what else is computed once an image.</param>
/// <param name="Sample">Of what is computed for each sample of the latent layers.</param>
/// <param name="Mixture">Of the prior's mixture density, for each sample.</param>
/// <param name="PseudoInputs">Of the pseudo-inputs' way through the encoder, once a batch.</param>
/// <param name="ImageUnits">Normalised units, once an image.</param>
/// <param name="SampleUnits">Normalised units, for each sample.</param>
/// <param name="Layers">Dense layers: each costs a step some time, however small it is.</param>
/// <param name="Parameters">Trainable numbers.</param>
/// <param name="Buffers">Running statistics and fixed pseudo-inputs.</param>
internal sealed record ModelWork(
    double FirstLayer, double Image, double Sample, double Mixture, double PseudoInputs, double ImageUnits, double SampleUnits,
    int Layers, long Parameters, long Buffers)
{
    public static ModelWork Of(ModelConfig model, int pixels) => new Counter(model, pixels).Count();

    private sealed class Counter(ModelConfig model, int pixels)
    {
        private readonly double _share = model.Activation == "gated" ? 2 : 1;
        private readonly Part _image = new();
        private readonly Part _sample = new();
        private double _first;
        private int _layers;
        private long _parameters;
        private long _buffers;

        public ModelWork Count()
        {
            switch (model.Family)
            {
                case "hvae":
                    Hierarchical();
                    break;
                case "ladder":
                    Ladder();
                    break;
                default:
                    Layered();
                    break;
            }

            var encoder = _first + _image.Products;
            Posterior();
            double mixture = 0;
            double pseudo = 0;
            var prior = PriorList.Of(model);
            if (prior.Components != PriorComponents.None)
            {
                mixture = 2.0 * model.Layers[^1] * model.PseudoInputs;
                pseudo = prior.OfEncoder ? model.PseudoInputs * encoder : 0;
                Keep(model.PseudoInputs * (prior.OfEncoder ? pixels : 2L * model.Layers[^1]),
                    trained: prior.Components != PriorComponents.TrainingImages);
            }

            return new ModelWork(_first, _image.Products, _sample.Products, mixture, pseudo, _image.Units, _sample.Units, _layers,
                _parameters, _buffers);
        }

        /// <summary>Bottom-up: only the first layer is inferred from the image, the others from samples.</summary>
        private void Layered()
        {
            var below = pixels;
            for (var i = 0; i < model.Layers.Count; i++)
            {
                Head(i == 0 ? _image : _sample, Hidden(i == 0 ? _image : _sample, below, model.Hidden[i], image: i == 0),
                    model.Layers[i]);
                below = model.Layers[i];
            }

            Generator();
        }

        private void Ladder()
        {
            var features = pixels;
            for (var i = 0; i < model.Layers.Count; i++)
            {
                var top = Hidden(_image, features, model.Hidden[i], image: i == 0);
                Head(_image, top, model.Layers[i]);
                features = model.MeanOnlyUp ? model.Layers[i] : top;
            }

            Generator();
            if (!model.ShareTopDown)
                Predictions();
        }

        private void Hierarchical()
        {
            (var z1, var z2) = (model.Layers[0], model.Layers[1]);
            (var branch, var joined) = (model.Hidden[0].Take(1).ToArray(), model.Hidden[0].Skip(1).ToArray());
            Head(_image, Hidden(_image, pixels, model.Hidden[1], image: true), z2);
            var inference = Hidden(_image, pixels, branch, image: true) + Hidden(_sample, z2, branch);
            Head(_sample, Hidden(_sample, inference, joined), z1);
            Head(_sample, Hidden(_sample, z2, model.Hidden[1].Reverse()), z1);
            var generation = Hidden(_sample, z1, branch) + Hidden(_sample, z2, branch);
            Output(Hidden(_sample, generation, joined.Reverse()));
        }

        private void Generator()
        {
            Predictions();
            Output(Hidden(_sample, model.Layers[0], model.Hidden[0].Reverse()));
        }

        private void Predictions()
        {
            for (var i = 0; i + 1 < model.Layers.Count; i++)
                Head(_sample, Hidden(_sample, model.Layers[i + 1], model.Hidden[i + 1].Reverse()), model.Layers[i]);
        }

        private void Posterior()
        {
            (var latent, var features) = (model.Layers[0], model.Hidden[0].Count > 0 ? model.Hidden[0][^1] : pixels);
            for (var flow = 0; flow < model.Flows && model.Posterior is "planar" or "coupling"; flow++)
            {
                if (model.Posterior == "coupling")
                {
                    Dense(_image, features, model.FlowHidden);
                    Dense(_sample, latent / 2, model.FlowHidden);
                    Dense(_sample, model.FlowHidden, latent);
                }
                else if (model.AmortisedFlows)
                {
                    Dense(_image, features, (2 * latent) + 1);
                }
                else
                {
                    Keep((2 * latent) + 1, trained: true);
                }
            }
        }

        /// <returns>Width of the last layer.</returns>
        private int Hidden(Part part, int inputs, IEnumerable<int> sizes, bool image = false)
        {
            foreach (var size in sizes)
            {
                for (var half = 0; half < _share; half++)
                    Dense(part, inputs, size, image, model.BatchNorm);

                (inputs, image) = (size, false);
            }

            return inputs;
        }

        private void Head(Part part, int inputs, int latent)
        {
            Dense(part, inputs, latent, normalised: model.BatchNorm && model.BatchNormHeads);
            Dense(part, inputs, latent, normalised: model.BatchNorm && model.BatchNormHeads);
        }

        // A Bernoulli has one logit for each pixel, other distributions a mean and a scale.
        private void Output(int inputs)
        {
            for (var heads = model.Decoder == "bernoulli" ? 1 : 2; heads > 0; heads--)
                Dense(_sample, inputs, pixels);
        }

        private void Dense(Part part, int inputs, int outputs, bool image = false, bool normalised = false)
        {
            var products = (double)inputs * outputs;
            _first += image ? products : 0;
            part.Products += image ? 0 : products;
            part.Units += normalised ? outputs : 0;
            _layers++;
            Keep(((long)inputs * outputs) + (normalised ? 2 * outputs : outputs), trained: true);
            _buffers += normalised ? 2 * outputs : 0;
        }

        private void Keep(long numbers, bool trained)
        {
            _parameters += trained ? numbers : 0;
            _buffers += trained ? 0 : numbers;
        }
    }

    private sealed class Part
    {
        public double Products { get; set; }

        public double Units { get; set; }
    }
}
