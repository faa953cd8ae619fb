namespace VaeSweep.Torch;

internal static unsafe partial class Kernelled
{
    public static Tensor BernoulliLogProb(Tensor logits, Tensor x)
    {
        (logits, x) = (Contiguous(logits), Rows(x));
        int trials = (int)x.size(0), rows = (int)logits.size(1), batch = (int)x.size(1), columns = (int)x.size(2);
        var tape = Tape.Current;
        var to = tape?.Trace(logits);
        var value = torch.empty(trials, rows);
        var slopes = to is null ? null : tape!.Keep(torch.empty(trials, rows, columns));
        Kernels.Bernoulli(trials, rows, batch, columns, Raw.Floats(logits), Pack(x), Raw.Floats(value), Floats(slopes));
        if (to is not null)
        {
            tape!.Record(value, upstream =>
            {
                var into = to.Into(out var add);
                Kernels.ScaleRows(trials * rows, columns, Raw.Floats(upstream), Raw.Floats(slopes!), into, add);
                slopes!.Dispose();
            });
        }

        return value;
    }

    public static (Tensor Z, Tensor KlUnits) GaussianSample(Tensor mu, Tensor logvar, Tensor eps)
    {
        (mu, logvar, eps) = (Contiguous(mu), Contiguous(logvar), Rows(eps));
        int trials = (int)mu.size(0), batch = (int)mu.size(1), samples = (int)(eps.size(1) / mu.size(1)), units = (int)mu.size(2);
        var tape = Tape.Current;
        var (toMu, toLogvar) = (tape?.Trace(mu), tape?.Trace(logvar));
        var (z, kl, std) = (torch.empty(trials, samples * batch, units), empty_like(mu), empty_like(mu));
        Kernels.SampleForward(trials, batch, samples, units, Pack(mu), Pack(logvar), Pack(eps), Raw.Floats(z), Raw.Floats(kl),
            Raw.Floats(std));
        if (toMu is null && toLogvar is null)
            return (z, kl);

        tape!.Keep(std);
        tape.Record([z, kl], upstream =>
        {
            using var unused = toMu is null || toLogvar is null ? torch.empty(trials, batch, units) : null;
            bool addMu = false, addLogvar = false;
            var dmu = toMu is null ? Raw.Floats(unused!) : toMu.Into(out addMu);
            var dlogvar = toLogvar is null ? Raw.Floats(unused!) : toLogvar.Into(out addLogvar);
            Kernels.SampleBackward(trials, batch, samples, units, Floats(upstream[0]), Floats(upstream[1]), Pack(mu), Pack(eps),
                Raw.Floats(std), dmu, addMu, dlogvar, addLogvar);
            std.Dispose();
        });
        return (z, kl);
    }

    public static Tensor GaussianLogProb(Tensor x, Tensor mean, Tensor logvar)
    {
        (x, mean, logvar) = (Rows(x), Rows(mean), Rows(logvar));
        int trials = (int)x.size(0), rows = (int)Operands.Rows(x, mean, logvar).Most, columns = (int)x.size(2);
        int xRows = (int)x.size(1), meanRows = (int)mean.size(1), logvarRows = (int)logvar.size(1);
        var tape = Tape.Current;
        var (toX, toMean, toLogvar) = (tape?.Trace(x), tape?.Trace(mean), tape?.Trace(logvar));
        var value = torch.empty(trials, rows);
        Kernels.Gaussian(trials, rows, columns, Pack(x), xRows, Pack(mean), meanRows, Pack(logvar), logvarRows,
            Raw.Floats(value));
        if (toX is not null || toMean is not null || toLogvar is not null)
        {
            tape!
                .Record(
                    value, upstream => Kernels.GaussianBackward(
                        trials, rows, columns, Pack(x), xRows, Pack(mean), meanRows, Pack(logvar),
                logvarRows, Raw.Floats(upstream), Grow(toX), Grow(toMean), Grow(toLogvar)));
        }

        return value;
    }

    public static Tensor LogisticLogProb(Tensor mean, Tensor logScale, Tensor x, bool openBins)
    {
        (mean, logScale, x) = (Contiguous(mean), Contiguous(logScale), Rows(x));
        int trials = (int)x.size(0), rows = (int)mean.size(1), batch = (int)x.size(1), columns = (int)x.size(2);
        var tape = Tape.Current;
        var (toMean, toLogScale) = (tape?.Trace(mean), tape?.Trace(logScale));
        var value = torch.empty(trials, rows);
        var recorded = toMean is not null || toLogScale is not null;
        var (dmean, dlogScale) = recorded ? (tape!.Keep(empty_like(mean)), tape.Keep(empty_like(logScale))) : (null, null);
        Kernels.Logistic(trials, rows, batch, columns, Raw.Floats(mean), Raw.Floats(logScale), Pack(x), openBins,
            Raw.Floats(value),
            Floats(dmean), Floats(dlogScale));
        if (recorded)
        {
            tape!.Record(value, upstream =>
            {
                foreach (var (to, slopes) in ((Traced?, Tensor)[])[(toMean, dmean!), (toLogScale, dlogScale!)])
                {
                    if (to is not null)
                    {
                        var into = to.Into(out var add);
                        Kernels.ScaleRows(trials * rows, columns, Raw.Floats(upstream), Raw.Floats(slopes), into, add);
                    }

                    slopes.Dispose();
                }
            });
        }

        return value;
    }

    private static float* Grow(Traced? variable) => variable is null ? null : variable.IntoSum();
}
