namespace VaeSweep.Torch.Kernels;

/// <summary>Kernels of one kind of processor, over memory that the caller owns. Pack form: M trials, B images, K samples; row k *
/// B + b is sample k of image b.</summary>
/// <remarks>
/// What trial m gets does not depend on M. Nothing allocates in the steady state, nothing checks: sizes are the caller's word.
/// Memory must not overlap unless a method says so. All methods may run on many threads at once. Where not said otherwise memory
/// is contiguous. All kinds give the same bits, but for <c>base</c>, which rounds products and sums apart (and whose random
/// numbers are the same all the same).
/// </remarks>
public unsafe interface IKernels
{
    /// <summary>avx512, avx2, neon or base.</summary>
    string Name { get; }

    /// <summary>c = a b (+ bias in each row), or c += a b (without bias).</summary>
    /// <param name="m">Rows of a and c.</param>
    /// <param name="n">Columns of b and c.</param>
    /// <param name="k">Columns of a, rows of b.</param>
    /// <param name="a">m x k.</param>
    /// <param name="b">k x n.</param>
    /// <param name="bias">[n], or null.</param>
    /// <param name="add">Whether c grows.</param>
    /// <param name="c">m x n.</param>
    /// <param name="ldc">Distance between c's rows.</param>
    void Multiply(int m, int n, int k, Matrix a, Matrix b, float* bias, bool add, float* c, nint ldc);

    /// <summary>y = act(x w + b).</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="x">[M, rows, inputs].</param>
    /// <param name="w">[M, inputs, outputs].</param>
    /// <param name="b">[M, 1, outputs], or null.</param>
    /// <param name="y">[M, rows, outputs].</param>
    /// <param name="activation">The activation.</param>
    /// <param name="slope">Of the leaky ReLU below zero.</param>
    /// <param name="sparse">Lists of this x, or null.</param>
    void DenseForward(
        in DenseShape shape, PackRows x, float* w, float* b, float* y, Activation activation, float slope, SparseRows? sparse);

    /// <summary>Gradients of a dense layer.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="x">[M, rows, inputs].</param>
    /// <param name="w">[M, inputs, outputs]; read for the gradient of x alone.</param>
    /// <param name="y">[M, rows, outputs]: the layer's result. Not read where it has no activation.</param>
    /// <param name="dy">[M, rows, outputs]: its gradient.</param>
    /// <param name="dz">[M, rows, outputs]: room for the gradient before the activation; may be dy. Not used where there is no
    /// activation.</param>
    /// <param name="to">Where the gradients go.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="slope">Of the leaky ReLU below zero.</param>
    /// <param name="sparse">The lists that the forward pass used, or null.</param>
    void DenseBackward(
        in DenseShape shape, PackRows x, float* w, float* y, float* dy, float* dz, in DenseGradients to, Activation activation,
        float slope,
        SparseRows? sparse);

    /// <summary>y = act(y), in place.</summary>
    void Activate(long n, float* y, Activation activation, float slope);

    /// <summary>g = upstream act'(x), from y = act(x); g may be upstream.</summary>
    /// <param name="rows">Of all trials.</param>
    /// <param name="columns">Of each row.</param>
    /// <param name="y">[rows, columns]; not read where there is no activation.</param>
    /// <param name="upstream">[rows, columns].</param>
    /// <param name="g">[rows, columns].</param>
    /// <param name="sums">[columns] receives the sums of g's columns, unless null.</param>
    /// <param name="addSums">Whether sums grow instead.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="slope">Of the leaky ReLU below zero.</param>
    void ActivateBackward(
        int rows, int columns, float* y, float* upstream, float* g, float* sums, bool addSums, Activation activation,
        float slope);

    /// <summary>value = the sum over D of x l - softplus(l); gradient = x - sigmoid(l).</summary>
    /// <param name="trials">M.</param>
    /// <param name="rows">K * B.</param>
    /// <param name="batch">B.</param>
    /// <param name="columns">D.</param>
    /// <param name="logits">[M, K*B, D].</param>
    /// <param name="x">[M, B, D], in [0, 1].</param>
    /// <param name="value">[M, K*B], nats.</param>
    /// <param name="gradient">[M, K*B, D], or null.</param>
    void Bernoulli(int trials, int rows, int batch, int columns, float* logits, PackRows x, float* value, float* gradient);

    /// <summary>Row i of to = weight[i] times row i of from (or grows by that); to may be from.</summary>
    void ScaleRows(int rows, int columns, float* weight, float* from, float* to, bool add);

    /// <summary>z = mu + std eps with std = exp(logvar / 2), and KL(N(mu, std^2) || N(0, 1)) of each unit.</summary>
    /// <param name="trials">M.</param>
    /// <param name="batch">B.</param>
    /// <param name="samples">K.</param>
    /// <param name="units">Z.</param>
    /// <param name="mu">[M, B, Z].</param>
    /// <param name="logvar">[M, B, Z].</param>
    /// <param name="eps">[M, K*B, Z].</param>
    /// <param name="z">[M, K*B, Z].</param>
    /// <param name="kl">[M, B, Z], nats, or null.</param>
    /// <param name="std">[M, B, Z]; the backward pass reads it.</param>
    /// <remarks>Kingma and Welling 2014, section 2.4 and appendix B.</remarks>
    void SampleForward(
        int trials, int batch, int samples, int units, PackRows mu, PackRows logvar, PackRows eps, float* z, float* kl,
        float* std);

    /// <summary>Gradients of mu and logvar through z and KL.</summary>
    /// <param name="trials">M.</param>
    /// <param name="batch">B.</param>
    /// <param name="samples">K.</param>
    /// <param name="units">Z.</param>
    /// <param name="dz">[M, K*B, Z], or null.</param>
    /// <param name="dkl">[M, B, Z], or null.</param>
    /// <param name="mu">[M, B, Z].</param>
    /// <param name="eps">[M, K*B, Z].</param>
    /// <param name="std">[M, B, Z], of the forward pass.</param>
    /// <param name="dmu">[M, B, Z].</param>
    /// <param name="addMu">Whether dmu grows.</param>
    /// <param name="dlogvar">[M, B, Z].</param>
    /// <param name="addLogvar">Whether dlogvar grows.</param>
    void SampleBackward(
        int trials, int batch, int samples, int units, float* dz, float* dkl, PackRows mu, PackRows eps, float* std,
        float* dmu, bool addMu, float* dlogvar, bool addLogvar);

    /// <summary>y = value sigmoid(gate); gate becomes its sigmoid, which the backward pass reads.</summary>
    /// <param name="n">Entries of all trials.</param>
    /// <param name="value">[n].</param>
    /// <param name="gate">[n], in place.</param>
    /// <param name="y">[n]; may be value where no gradient is wanted.</param>
    /// <remarks>Dauphin et al. 2017.</remarks>
    void GatedForward(long n, float* value, float* gate, float* y);

    /// <summary>Gradients of value, and of gate before its sigmoid, from gate after it. Either may be dy.</summary>
    void GatedBackward(long n, float* dy, float* value, float* gate, float* dvalue, float* dgate);

    /// <summary>Mean and biased variance of each column.</summary>
    /// <param name="trials">M.</param>
    /// <param name="rows">Of each trial.</param>
    /// <param name="columns">Of each trial.</param>
    /// <param name="x">[M, rows, columns].</param>
    /// <param name="mean">[M, 1, columns].</param>
    /// <param name="variance">[M, 1, columns].</param>
    void BatchMoments(int trials, int rows, int columns, float* x, float* mean, float* variance);

    /// <summary>y = act((x - mean) root weight + bias), root = 1 / sqrt(variance + eps), by the batch's statistics or by given
    /// ones.</summary>
    /// <param name="trials">M.</param>
    /// <param name="rows">Of each trial.</param>
    /// <param name="columns">Of each trial.</param>
    /// <param name="x">[M, rows, columns].</param>
    /// <param name="mean">[M, 1, columns].</param>
    /// <param name="variance">[M, 1, columns].</param>
    /// <param name="weight">[M, 1, columns].</param>
    /// <param name="bias">[M, 1, columns].</param>
    /// <param name="eps">Inside the root.</param>
    /// <param name="y">[M, rows, columns]; may be x where no gradient is wanted.</param>
    /// <param name="root">[M, 1, columns]; the backward pass reads it.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="slope">Of the leaky ReLU below zero.</param>
    /// <remarks>Ioffe and Szegedy 2015, algorithm 1.</remarks>
    void BatchNormForward(
        int trials, int rows, int columns, float* x, float* mean, float* variance, float* weight, float* bias, double eps,
        float* y, float* root,
        Activation activation, float slope);

    /// <summary>Gradients of a normalised batch.</summary>
    /// <param name="trials">M.</param>
    /// <param name="rows">Of each trial.</param>
    /// <param name="columns">Of each trial.</param>
    /// <param name="x">[M, rows, columns].</param>
    /// <param name="mean">[M, 1, columns].</param>
    /// <param name="root">[M, 1, columns], of the forward pass.</param>
    /// <param name="weight">[M, 1, columns].</param>
    /// <param name="y">[M, rows, columns]; not read where there is no activation.</param>
    /// <param name="dy">[M, rows, columns].</param>
    /// <param name="dx">[M, rows, columns]; may be dy. Always needed: it is the room of the computation.</param>
    /// <param name="dweight">[M, 1, columns], or null.</param>
    /// <param name="dbias">[M, 1, columns], or null.</param>
    /// <param name="addParameters">Whether dweight and dbias grow.</param>
    /// <param name="givenStatistics">Whether mean and variance were given, not the batch's: then they are constants.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="slope">Of the leaky ReLU below zero.</param>
    void BatchNormBackward(
        int trials, int rows, int columns, float* x, float* mean, float* root, float* weight, float* y, float* dy, float* dx,
        float* dweight,
        float* dbias, bool addParameters, bool givenStatistics, Activation activation, float slope);

    /// <summary>value = -1/2 sum over D of log 2 pi + lv + (x - mean)^2 exp(-lv).</summary>
    /// <param name="trials">M.</param>
    /// <param name="rows">Of value: the most rows of the three.</param>
    /// <param name="columns">D.</param>
    /// <param name="x">[M, xRows, D].</param>
    /// <param name="xRows">B, or K * B: those of B rows serve all K samples.</param>
    /// <param name="mean">[M, meanRows, D].</param>
    /// <param name="meanRows">As xRows.</param>
    /// <param name="logvar">[M, logvarRows, D].</param>
    /// <param name="logvarRows">As xRows.</param>
    /// <param name="value">[M, rows], nats.</param>
    void Gaussian(
        int trials, int rows, int columns, PackRows x, int xRows, PackRows mean, int meanRows, PackRows logvar, int logvarRows,
        float* value);

    /// <summary>Adds the gradients of <see cref="Gaussian"/> to those that are wanted; the others are null. [M, xRows, D] and so
    /// on, contiguous.</summary>
    void GaussianBackward(
        int trials, int rows, int columns, PackRows x, int xRows, PackRows mean, int meanRows, PackRows logvar, int logvarRows,
        float* upstream,
        float* dx, float* dmean, float* dlogvar);

    /// <summary>y = log(softplus(x) + floor), floor above zero.</summary>
    void LogSoftplus(long n, float* x, float floor, float* y);

    /// <summary>dx = dy y'(x). dx may be dy.</summary>
    void LogSoftplusBackward(long n, float* x, float floor, float* dy, float* dx);

    /// <summary>KL(first || second) of each entry, in nats, of variances that are larger by floor.</summary>
    void GaussianKl(long n, in GaussianPair pair, float floor, float* kl);

    /// <summary>Adds the gradients of <see cref="GaussianKl"/> to those that are wanted.</summary>
    void GaussianKlBackward(long n, in GaussianPair pair, float floor, float* upstream, in GaussianPair to);

    /// <summary>The product of two Gaussians, normalised, entry by entry: precisions add, means are weighted by them.</summary>
    void GaussianMerge(long n, in GaussianPair pair, float* mean, float* logvar);

    /// <summary>Adds the gradients of <see cref="GaussianMerge"/> to those that are wanted.</summary>
    /// <param name="n">Entries.</param>
    /// <param name="pair">What was merged.</param>
    /// <param name="dmean">Of the merged means, or null.</param>
    /// <param name="dlogvar">Of the merged log-variances, or null.</param>
    /// <param name="to">What grows.</param>
    void GaussianMergeBackward(long n, in GaussianPair pair, float* dmean, float* dlogvar, in GaussianPair to);

    /// <summary>y = x kept within [least, most]. A NaN passes.</summary>
    void Clamp(long n, float* x, float least, float most, float* y);

    /// <summary>dx = dy where x is within the bounds, 0 beyond. dx may be dy.</summary>
    void ClampBackward(long n, float* x, float least, float most, float* dy, float* dx);

    /// <summary>A planar flow: y = z + v tanh(w.z + b) with v = u + (m(w.u) - w.u) w / |w|^2, m(a) = softplus(a) - 1, and the
    /// logarithm of its determinant.</summary>
    /// <param name="trials">M.</param>
    /// <param name="rows">R of each trial, a multiple of parts.</param>
    /// <param name="parts">P flows of each trial; row r passes flow r mod P.</param>
    /// <param name="units">Z.</param>
    /// <param name="z">[M, R, Z].</param>
    /// <param name="u">[M, P, Z].</param>
    /// <param name="w">[M, P, Z].</param>
    /// <param name="b">[M, P].</param>
    /// <param name="y">[M, R, Z].</param>
    /// <param name="logDet">[M, R].</param>
    /// <remarks>Rezende and Mohamed 2015, appendix A.1.</remarks>
    void PlanarFlow(
        int trials, int rows, int parts, int units, float* z, float* u, float* w, float* b, float* y, float* logDet);

    /// <summary>Adds the gradients of <see cref="PlanarFlow"/> to those that are wanted; the others are null, as are upstream
    /// ones that never came.</summary>
    void PlanarFlowBackward(
        int trials, int rows, int parts, int units, float* z, float* u, float* w, float* b, float* dy, float* dlogDet, float* dz,
        float* du, float* dw, float* db);

    /// <summary>Log-mass of discretised logistic pixels over 256 grey values, and its derivatives.</summary>
    /// <param name="trials">M.</param>
    /// <param name="rows">K * B.</param>
    /// <param name="batch">B.</param>
    /// <param name="columns">D.</param>
    /// <param name="mean">[M, K*B, D], before the sigmoid; the mean is kept within [1/512, 1 - 1/512].</param>
    /// <param name="logScale">[M, K*B, D]; kept within [-4.5, 0].</param>
    /// <param name="x">[M, B, D], in [0, 1].</param>
    /// <param name="openBins">Whether the darkest and the brightest value take the mass beyond; else it is lost, and 1e-7 is
    /// added to each mass.</param>
    /// <param name="value">[M, K*B], nats.</param>
    /// <param name="dmean">[M, K*B, D], or null.</param>
    /// <param name="dlogScale">As dmean, both or none.</param>
    /// <remarks>Kingma et al. 2016; Tomczak and Welling 2018 (published code).</remarks>
    void Logistic(
        int trials, int rows, int batch, int columns, float* mean, float* logScale, PackRows x, bool openBins, float* value,
        float* dmean,
        float* dlogScale);

    /// <summary>log of the sum (or mean) of exp over the middle dimension, without overflow. inner = 1: over the last
    /// dimension.</summary>
    /// <param name="outer">Leading dimensions.</param>
    /// <param name="count">Elements to add.</param>
    /// <param name="inner">Dimensions behind.</param>
    /// <param name="a">[outer, count, inner].</param>
    /// <param name="mean">Whether log(count) is taken away.</param>
    /// <param name="value">[outer, inner].</param>
    void LogSumExp(long outer, int count, int inner, float* a, bool mean, float* value);

    /// <inheritdoc cref="LogSumExp(long, int, int, float*, bool, float*)"/>
    void LogSumExp(long outer, int count, int inner, double* a, bool mean, double* value);

    /// <summary>da = dvalue exp(a - value) (without the mean's log), or da grows by that.</summary>
    void LogSumExpBackward(
        long outer, int count, int inner, float* a, float* value, float* dvalue, bool mean, float* da, bool add);

    /// <inheritdoc cref="LogSumExpBackward(long, int, int, float*, float*, float*, bool, float*, bool)"/>
    void LogSumExpBackward(
        long outer, int count, int inner, double* a, double* value, double* dvalue, bool mean, double* da, bool add);

    /// <summary>An Adam step of n parameters: m += (1 - Beta1) (Scale g - m), v = Beta2 v + (1 - Beta2) (Scale g)^2, p -= Rate m
    /// / (sqrt(v) Root + Eps).</summary>
    /// <returns>The sum of squares of g, before scaling.</returns>
    /// <remarks>First moments below 1e-36 become 0 and second ones 1e-36, so that no step slows down in denormal
    /// numbers.</remarks>
    double Adam(long n, float* p, float* g, float* m, float* v, in AdamCoefficients c);

    /// <summary>The sum of squares, added up in double.</summary>
    double Squares(long n, float* g);

    /// <inheritdoc cref="Adam(long, float*, float*, float*, float*, in AdamCoefficients)"/>
    double Adam(long n, double* p, double* g, double* m, double* v, in AdamCoefficients c);

    /// <inheritdoc cref="Squares(long, float*)"/>
    double Squares(long n, double* g);

    /// <summary>g = scale g, cut off at most and -most (infinity for not at all). A NaN passes.</summary>
    void ShapeGradient(long n, float* g, double scale, double most);

    /// <inheritdoc cref="ShapeGradient(long, float*, double, double)"/>
    void ShapeGradient(long n, double* g, double scale, double most);

    /// <summary>Random words from an element of a draw on (<see cref="Philox"/>). All kinds of kernels give the same bits, base
    /// included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A draw has 2^34 elements of 32 bits.</exception>
    void RandomWords(PhiloxStream stream, long start, long n, uint* to);

    /// <summary>Integers from 0 to bound - 1: the upper half of word times bound.</summary>
    void RandomIntegers(PhiloxStream stream, long start, long n, uint bound, uint* to);

    /// <summary>Uniform numbers in [0, 1), multiples of 2^-24.</summary>
    void RandomUniform(PhiloxStream stream, long start, long n, float* to);

    /// <summary>Uniform numbers in [0, 1), multiples of 2^-53.</summary>
    void RandomUniform(PhiloxStream stream, long start, long n, double* to);

    /// <summary>Standard normal numbers.</summary>
    void RandomNormal(PhiloxStream stream, long start, long n, float* to);

    /// <summary>Standard normal numbers.</summary>
    void RandomNormal(PhiloxStream stream, long start, long n, double* to);
}
