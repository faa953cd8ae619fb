namespace VaeSweep.Torch;

public static partial class torch
{
    /// <summary>Functions and initialisations of neural networks.</summary>
    public static class nn
    {
        /// <summary>Functions without state.</summary>
        public static class functional
        {
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);
            public static Tensor relu(Tensor x) => x.relu();
            public static Tensor leaky_relu(Tensor x, double negative_slope = 0.01) => x.leaky_relu(negative_slope);
            public static Tensor tanh(Tensor x) => x.tanh();
            public static Tensor sigmoid(Tensor x) => x.sigmoid();
            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();
            public static Tensor hardtanh(Tensor x, double min_val = -1, double max_val = 1) => x.clamp(min_val, max_val);
            public static Tensor softmax(Tensor x, long dim) => x.softmax(dim);
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);
        }

        /// <summary>Initial weights, drawn in place. Fans are the last two dimensions, [..., in, out]: a leading one counts trials.</summary>
        public static class init
        {
            /// <summary>Normal with variance gain^2 * 2 / (in + out).</summary>
            /// <remarks>Glorot and Bengio 2010.</remarks>
            public static Tensor xavier_normal_(Tensor tensor, Generator generator, double gain = 1)
            {
                var (fanIn, fanOut) = Fans(tensor);
                return Draw(tensor, t => t.normal_(0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)), generator));
            }

            /// <summary>As above; slice i of the leading dimension from generator i.</summary>
            public static Tensor xavier_normal_(Tensor tensor, IReadOnlyList<Generator> generators, double gain = 1)
            {
                var (fanIn, fanOut) = Fans(tensor);
                return Draw(tensor, t => t.normal_(0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)), generators));
            }

            /// <summary>Uniform in +-gain * sqrt(6 / (in + out)).</summary>
            /// <remarks>Glorot and Bengio 2010, equation 16.</remarks>
            public static Tensor xavier_uniform_(Tensor tensor, Generator generator, double gain = 1)
            {
                var (fanIn, fanOut) = Fans(tensor);
                var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
                return Draw(tensor, t => t.uniform_(-bound, bound, generator));
            }

            /// <summary>As above; slice i of the leading dimension from generator i.</summary>
            public static Tensor xavier_uniform_(Tensor tensor, IReadOnlyList<Generator> generators, double gain = 1)
            {
                var (fanIn, fanOut) = Fans(tensor);
                var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
                return Draw(tensor, t => t.uniform_(-bound, bound, generators));
            }

            /// <summary>Normal with variance gain^2 / in; the gain of ReLU by default.</summary>
            /// <remarks>He et al. 2015, equation 10.</remarks>
            public static Tensor kaiming_normal_(Tensor tensor, Generator generator, double gain = 1.4142135623730951) =>
                Draw(tensor, t => t.normal_(0, gain / Math.Sqrt(Fans(tensor).In), generator));

            /// <summary>As above; slice i of the leading dimension from generator i.</summary>
            public static Tensor kaiming_normal_(Tensor tensor, IReadOnlyList<Generator> generators, double gain = 1.4142135623730951) =>
                Draw(tensor, t => t.normal_(0, gain / Math.Sqrt(Fans(tensor).In), generators));

            public static Tensor zeros_(Tensor tensor) => Draw(tensor, t => t.zero_());

            public static Tensor constant_(Tensor tensor, double value) => Draw(tensor, t => t.fill_(value));

            public static Tensor normal_(Tensor tensor, Generator generator, double mean = 0, double std = 1) => Draw(tensor, t => t.normal_(mean, std, generator));

            private static (long In, long Out) Fans(Tensor tensor) => tensor.ndim >= 2
                ? (tensor.size(-2), tensor.size(-1))
                : throw new ArgumentException($"Fans need at least two dimensions [..., in, out], but the tensor is {tensor}.", nameof(tensor));

            private static Tensor Draw(Tensor tensor, Action<Tensor> draw)
            {
                using var guard = no_grad();
                draw(tensor);
                return tensor;
            }
        }
    }
}
