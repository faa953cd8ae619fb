namespace VaeSweep.Torch.Kernels;

/// <summary>The kernels by vectors: T the processor's own, V and W 512 bits of floats and doubles made of them.</summary>
internal sealed unsafe class VectorKernels<T, V, W>(string name) : IKernels
    where T : unmanaged, ITileVector<T>
    where V : unmanaged, IVector<V, float>
    where W : unmanaged, IVector<W, double>
{
    public string Name { get; } = name;

    public void Multiply(int m, int n, int k, Matrix a, Matrix b, float* bias, bool add, float* c, nint ldc) =>
        Product<T>.Run(m, n, k, a, b, bias, add, c, ldc);

    public void DenseForward(
        in DenseShape shape, PackRows x, float* w, float* b, float* y, Activation activation, float slope, SparseRows? sparse) =>
        Dense<T, V>.Forward(shape, x, w, b, y, activation, slope, sparse);

    public void DenseBackward(
        in DenseShape shape, PackRows x, float* w, float* y, float* dy, float* dz, in DenseGradients to, Activation activation,
        float slope,
        SparseRows? sparse) =>
        Dense<T, V>.Backward(shape, x, w, y, dy, dz, to, activation, slope, sparse);

    public void Activate(long n, float* y, Activation activation, float slope) => Activations<V>.Apply(n, y, activation, slope);

    public void ActivateBackward(
        int rows, int columns, float* y, float* upstream, float* g, float* sums, bool addSums, Activation activation,
        float slope) =>
        Activations<V>.Backward(rows, columns, y, upstream, g, sums, addSums, activation, slope);

    public void Bernoulli(
        int trials, int rows, int batch, int columns, float* logits, PackRows x, float* value, float* gradient) =>
        Bernoulli<V>.LogLikelihood(trials, rows, batch, columns, logits, x, value, gradient);

    public void ScaleRows(int rows, int columns, float* weight, float* from, float* to, bool add) =>
        Scaling<V>.Rows(rows, columns, weight, from, to, add);

    public void SampleForward(
        int trials, int batch, int samples, int units, PackRows mu, PackRows logvar, PackRows eps, float* z, float* kl,
        float* std) =>
        GaussianSample<V>.Forward(trials, batch, samples, units, mu, logvar, eps, z, kl, std);

    public void SampleBackward(
        int trials, int batch, int samples, int units, float* dz, float* dkl, PackRows mu, PackRows eps, float* std,
        float* dmu, bool addMu, float* dlogvar, bool addLogvar) =>
        GaussianSample<V>.Backward(trials, batch, samples, units, dz, dkl, mu, eps, std, dmu, addMu, dlogvar, addLogvar);

    public double Adam(long n, float* p, float* g, float* m, float* v, in AdamCoefficients c) =>
        AdamLoops<V, float>.Step(n, p, g, m, v, c);

    public double Squares(long n, float* g) => Gradients<V, float>.Squares(n, g);

    public double Adam(long n, double* p, double* g, double* m, double* v, in AdamCoefficients c) =>
        AdamLoops<W, double>.Step(n, p, g, m, v, c);

    public double Squares(long n, double* g) => Gradients<W, double>.Squares(n, g);

    public void ShapeGradient(long n, float* g, double scale, double most) => Gradients<V, float>.Shape(n, g, scale, most);

    public void ShapeGradient(long n, double* g, double scale, double most) => Gradients<W, double>.Shape(n, g, scale, most);

    public void GatedForward(long n, float* value, float* gate, float* y) => Gated<V>.Forward(n, value, gate, y);

    public void GatedBackward(long n, float* dy, float* value, float* gate, float* dvalue, float* dgate) =>
        Gated<V>.Backward(n, dy, value, gate, dvalue, dgate);

    public void BatchMoments(int trials, int rows, int columns, float* x, float* mean, float* variance) =>
        BatchNorm<V>.Moments(trials, rows, columns, x, mean, variance);

    public void BatchNormForward(
        int trials, int rows, int columns, float* x, float* mean, float* variance, float* weight, float* bias, double eps,
        float* y, float* root,
        Activation activation, float slope) =>
        BatchNorm<V>.Forward(trials, rows, columns, x, mean, variance, weight, bias, eps, y, root, activation, slope);

    public void BatchNormBackward(
        int trials, int rows, int columns, float* x, float* mean, float* root, float* weight, float* y, float* dy, float* dx,
        float* dweight,
        float* dbias, bool addParameters, bool givenStatistics, Activation activation, float slope) =>
        BatchNorm<V>.Backward(
            trials, rows, columns, x, mean, root, weight, y, dy, dx, dweight, dbias, addParameters, givenStatistics, activation,
            slope);

    public void Gaussian(
        int trials, int rows, int columns, PackRows x, int xRows, PackRows mean, int meanRows, PackRows logvar, int logvarRows,
        float* value) =>
        Gaussian<V>.LogDensity(trials, rows, columns, x, xRows, mean, meanRows, logvar, logvarRows, value);

    public void GaussianBackward(
        int trials, int rows, int columns, PackRows x, int xRows, PackRows mean, int meanRows, PackRows logvar, int logvarRows,
        float* upstream,
        float* dx, float* dmean, float* dlogvar) =>
        Gaussian<V>.Backward(trials, rows, columns, x, xRows, mean, meanRows, logvar, logvarRows, upstream, dx, dmean, dlogvar);

    public void LogSoftplus(long n, float* x, float floor, float* y) => GaussianPairs<V>.LogSoftplus(n, x, floor, y);

    public void LogSoftplusBackward(long n, float* x, float floor, float* dy, float* dx) =>
        GaussianPairs<V>.LogSoftplusBackward(n, x, floor, dy, dx);

    public void GaussianKl(long n, in GaussianPair pair, float floor, float* kl) => GaussianPairs<V>.Kl(n, pair, floor, kl);

    public void GaussianKlBackward(long n, in GaussianPair pair, float floor, float* upstream, in GaussianPair to) =>
        GaussianPairs<V>.KlBackward(n, pair, floor, upstream, to);

    public void GaussianMerge(long n, in GaussianPair pair, float* mean, float* logvar) =>
        GaussianPairs<V>.Merge(n, pair, mean, logvar);

    public void GaussianMergeBackward(long n, in GaussianPair pair, float* dmean, float* dlogvar, in GaussianPair to) =>
        GaussianPairs<V>.MergeBackward(n, pair, dmean, dlogvar, to);

    public void Clamp(long n, float* x, float least, float most, float* y) => Clamping<V>.Forward(n, x, least, most, y);

    public void ClampBackward(long n, float* x, float least, float most, float* dy, float* dx) =>
        Clamping<V>.Backward(n, x, least, most, dy, dx);

    public void PlanarFlow(
        int trials, int rows, int parts, int units, float* z, float* u, float* w, float* b, float* y, float* logDet) =>
        PlanarFlow<V>.Forward(trials, rows, parts, units, z, u, w, b, y, logDet);

    public void PlanarFlowBackward(
        int trials, int rows, int parts, int units, float* z, float* u, float* w, float* b, float* dy, float* dlogDet, float* dz,
        float* du, float* dw, float* db) =>
        PlanarFlow<V>.Backward(trials, rows, parts, units, z, u, w, b, dy, dlogDet, dz, du, dw, db);

    public void Logistic(
        int trials, int rows, int batch, int columns, float* mean, float* logScale, PackRows x, bool openBins, float* value,
        float* dmean,
        float* dlogScale) =>
        Logistic<V>.LogLikelihood(trials, rows, batch, columns, mean, logScale, x, openBins, value, dmean, dlogScale);

    public void LogSumExp(long outer, int count, int inner, float* a, bool mean, float* value) =>
        LogSumExp<V, float, FloatLogarithms<V>>.Forward(outer, count, inner, a, mean, value);

    public void LogSumExp(long outer, int count, int inner, double* a, bool mean, double* value) =>
        LogSumExp<W, double, DoubleLogarithms<W>>.Forward(outer, count, inner, a, mean, value);

    public void LogSumExpBackward(
        long outer, int count, int inner, float* a, float* value, float* dvalue, bool mean, float* da, bool add) =>
        LogSumExp<V, float, FloatLogarithms<V>>.Backward(outer, count, inner, a, value, dvalue, mean, da, add);

    public void LogSumExpBackward(
        long outer, int count, int inner, double* a, double* value, double* dvalue, bool mean, double* da, bool add) =>
        LogSumExp<W, double, DoubleLogarithms<W>>.Backward(outer, count, inner, a, value, dvalue, mean, da, add);

    public void RandomWords(PhiloxStream stream, long start, long n, uint* to) => PhiloxLoops<V, W>.Words(stream, start, n, to);

    public void RandomIntegers(PhiloxStream stream, long start, long n, uint bound, uint* to) =>
        PhiloxLoops<V, W>.Integers(stream, start, n, bound, to);

    public void RandomUniform(PhiloxStream stream, long start, long n, float* to) =>
        PhiloxLoops<V, W>.Uniforms(stream, start, n, to);

    public void RandomUniform(PhiloxStream stream, long start, long n, double* to) =>
        PhiloxLoops<V, W>.Uniforms(stream, start, n, to);

    public void RandomNormal(PhiloxStream stream, long start, long n, float* to) =>
        PhiloxLoops<V, W>.Normals(stream, start, n, to);

    public void RandomNormal(PhiloxStream stream, long start, long n, double* to) =>
        PhiloxLoops<V, W>.Normals(stream, start, n, to);
}
